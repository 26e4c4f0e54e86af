-- The issue of a publication on a civil day.
SELECT issue_id, ordinal
  FROM issue
 WHERE publication = $1
   AND issue_date = $2
