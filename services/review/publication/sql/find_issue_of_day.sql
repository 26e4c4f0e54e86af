-- The issue of a publication in one mode on a civil day.
SELECT issue_id, ordinal
  FROM issue
 WHERE publication = $1
   AND mode = $2
   AND issue_date = $3
