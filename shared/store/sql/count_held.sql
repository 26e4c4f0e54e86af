-- How many messages are held, by state and cause, and since when the oldest.
SELECT state, cause, count(*) AS messages, min(first_failed_at) AS oldest
  FROM held_message
 WHERE state IN ('RETRYING', 'PARKED', 'DEFERRED')
 GROUP BY state, cause
