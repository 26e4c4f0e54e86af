-- The items of an issue in the order of adoption.
SELECT a.adoption_id, a.report_id, a.office, a.level, a.publication, a.carrier, a.issue_id, a.issue_number, a.title,
       a.contributors, a.on_behalf, a.evidence, a.adopted_at, a.adopted_by
  FROM adoption AS a
 WHERE a.issue_id = $1
 ORDER BY a.adopted_at, a.adoption_id
