-- The adoption of a report into a publication, if there is one already.
SELECT adoption_id, report_id, office, level, publication, carrier, issue_id, issue_number, title, contributors,
       on_behalf, evidence, adopted_at, adopted_by
  FROM adoption
 WHERE report_id = $1
   AND level = $2
   AND office = $3
   AND publication = $4
