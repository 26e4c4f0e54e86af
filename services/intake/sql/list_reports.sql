-- An office's reports, newest first. Nulls ask nothing: $2 state, $3 number, $4 author, $5 end of the page before.
SELECT report_id, number, office, state, state_since, last_version, title, type, nature, urgency, form, mode,
       incident_id, first_submitted_at
  FROM report
 WHERE office = $1
   AND ($2::text IS NULL OR state = $2)
   AND ($3::text IS NULL OR number = $3)
   AND ($4::text IS NULL OR $4 = ANY (authors))
   AND ($5::uuid IS NULL OR report_id < $5)
 ORDER BY report_id DESC
 LIMIT $6
