-- The id of an office's case on a report.
SELECT case_id
  FROM review_case
 WHERE report_id = $1
   AND office = $2
