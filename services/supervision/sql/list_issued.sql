-- Tickets that an office issued, newest first. $2: in one state only; $3: only those before this one.
SELECT ticket_id, report_id, mode, number, title, issuer, lead, co, urgency, leader, text, limit_code, due_on_request,
       registered_at, state, outcome, lessons, revision, changed_by, changed_at
  FROM ticket
 WHERE issuer = $1
   AND ($2::text IS NULL OR state = $2)
   AND ($3::uuid IS NULL OR ticket_id < $3)
 ORDER BY ticket_id DESC
 LIMIT $4
