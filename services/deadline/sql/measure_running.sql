-- Count running clocks per leg, with the nearest first late instant of those that are not late yet.
SELECT leg, count(*) AS clocks, min(late_from) FILTER (WHERE state = 'OPEN') AS first_late_from
  FROM clock
 WHERE state IN ('OPEN', 'EXPIRED')
   AND mode = $1
 GROUP BY leg
