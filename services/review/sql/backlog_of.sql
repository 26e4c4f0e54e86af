-- How many cases of one office wait at each step, and since when the oldest of them has been in the office.
SELECT office, state, count(*) AS cases, min(received_at) AS oldest
  FROM review_case
 WHERE office = $1
   AND state IN ('SECTION_REVIEW', 'SIGN_OFF')
 GROUP BY office, state
 ORDER BY state
