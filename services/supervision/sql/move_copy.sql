-- Put an office's copy of a ticket into a state.
UPDATE ticket_copy
   SET state = $3, confirmation = $4, revision = revision + 1, changed_by = $5, changed_at = $6
 WHERE ticket_id = $1
   AND office = $2
