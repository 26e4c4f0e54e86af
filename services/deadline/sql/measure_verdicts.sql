-- Read how often the verdicts of a duty were changed: what an act must have seen.
SELECT coalesce(sum(revision), 0)::integer
  FROM verdict
 WHERE matter = $1 AND unit = $2
