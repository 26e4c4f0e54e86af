-- Some reports as they came to an office.
SELECT *
  FROM standing_candidate AS c
 WHERE c.office = $1
   AND c.report_id = ANY ($2::uuid[])
