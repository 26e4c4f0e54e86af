-- The copy of a ticket held by one of the offices, whole.
SELECT ticket_id, office, party, report_id, mode, number, title, issuer, lead, co, urgency, leader, text, limit_code,
       due_on_request, registered_at, state, confirmation, outcome, lessons, revision, changed_by, changed_at
  FROM ticket_copy
 WHERE ticket_id = $1
   AND office = ANY ($2::text[])
 ORDER BY office
 LIMIT 1
