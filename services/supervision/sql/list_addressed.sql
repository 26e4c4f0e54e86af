-- Tickets addressed to one of the offices, newest first. $2: in one state only; $3: only those before this one.
SELECT ticket_id, office, party, report_id, mode, number, title, issuer, lead, co, urgency, leader, text, limit_code,
       due_on_request, registered_at, state, confirmation, outcome, lessons, revision, changed_by, changed_at
  FROM ticket_copy
 WHERE office = ANY ($1::text[])
   AND ($2::text IS NULL OR state = $2)
   AND ($3::uuid IS NULL OR ticket_id < $3)
 ORDER BY ticket_id DESC
 LIMIT $4
