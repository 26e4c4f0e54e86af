-- How many events wait for an earlier one, and since when the oldest.
SELECT count(*) AS messages, min(stashed_at) AS oldest
  FROM stash
