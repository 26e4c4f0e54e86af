-- One report of an office, with the hash of the newest wording its writer submitted.
SELECT r.report_id, r.number, r.office, r.state, r.state_since, r.last_version, r.title, r.type, r.nature, r.urgency,
       r.form, r.author_mark, r.authors, r.incident_id, r.incident_kind, r.expected_at, r.commission_task, r.mode,
       r.first_submitted_at,
       (SELECT v.content_hash
          FROM report_version v
         WHERE v.report_id = r.report_id
         ORDER BY v.version DESC
         LIMIT 1) AS content_hash
  FROM report r
 WHERE r.report_id = $1 AND r.office = $2
