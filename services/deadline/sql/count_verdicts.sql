-- How many proposals and final verdicts are about a unit or owed to its offices. Nulls ask nothing: $3 state, $4 whether
-- the unit is the one judged.
SELECT count(*)
  FROM verdict
 WHERE state IN ('PROPOSED', 'FINAL')
   AND (unit = $1 OR owed_to = ANY ($2::text[]))
   AND ($3::text IS NULL OR state = $3)
   AND ($4::boolean IS NULL OR (unit = $1) = $4)
