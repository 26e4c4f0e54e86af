-- Put a ticket into a state. Outcome and lessons stay as they are unless given.
UPDATE ticket
   SET state = $2, outcome = coalesce($3, outcome), lessons = coalesce($4, lessons),
       revision = revision + 1, changed_by = $5, changed_at = $6
 WHERE ticket_id = $1
