-- A ticket that an office issued, whole.
SELECT ticket_id, instruction_id, report_id, mode, number, title, issuer, lead, co, urgency, leader, text, limit_code,
       due_on_request, registered_at, state, outcome, lessons, revision, changed_by, changed_at
  FROM ticket
 WHERE ticket_id = $1
   AND issuer = $2
