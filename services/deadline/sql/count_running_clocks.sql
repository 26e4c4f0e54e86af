-- How many running clocks a unit owes or are owed to an office. Nulls ask nothing: $3 state, $4 whether the unit owes.
SELECT count(*)
  FROM clock
 WHERE state IN ('OPEN', 'EXPIRED')
   AND (unit = $1 OR recipient = $2)
   AND ($3::text IS NULL OR state = $3)
   AND ($4::boolean IS NULL OR (unit = $1) = $4)
