-- How many cases of an office wait at each step, how many of them are urgent, and how many are held.
SELECT state, count(*) AS cases, count(*) FILTER (WHERE urgent) AS urgent, count(held_since) AS held
  FROM review_case
 WHERE office = $1
   AND state IN ('SECTION_REVIEW', 'SIGN_OFF')
   AND (urgent OR NOT $2::boolean)
 GROUP BY state
