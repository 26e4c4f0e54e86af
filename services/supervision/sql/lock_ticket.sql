-- What decides on a ticket, locked until the transaction ends; no row where another site owns it.
SELECT ticket_id, issuer, lead, co, urgency, mode, state, revision, changed_by, changed_at
  FROM ticket
 WHERE ticket_id = $1
   FOR UPDATE
