-- Where an office used some reports, by themselves or together with others.
SELECT used.report_id, a.adoption_id, a.publication, a.issue_number, a.level, a.carrier, a.adopted_at
  FROM adoption AS a
 CROSS JOIN unnest(a.reports) AS used (report_id)
 WHERE a.office = $1
   AND a.reports && $2::uuid[]
   AND used.report_id = ANY ($2::uuid[])
 ORDER BY a.adopted_at, a.adoption_id
