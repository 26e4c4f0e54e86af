-- How many cases wait per office and step, and since when the oldest has been in the office. Drills are not counted.
SELECT office, state, count(*) AS cases, min(received_at) AS oldest
  FROM review_case
 WHERE state IN ('SECTION_REVIEW', 'SIGN_OFF')
   AND mode = 'ACTUAL'
 GROUP BY office, state
 ORDER BY office, state
