-- Where a report was used, oldest first.
SELECT adoption_id, office, level, publication, issue_number, adopted_at
  FROM case_adoption
 WHERE report_id = $1
 ORDER BY adopted_at, adoption_id
