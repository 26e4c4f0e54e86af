-- The owner closed the ticket: so are the copies here.
UPDATE ticket_copy
   SET state = $2, outcome = $3, lessons = $4, revision = revision + 1, changed_by = $5, changed_at = $6
 WHERE ticket_id = $1 AND issuer = $7
RETURNING office
