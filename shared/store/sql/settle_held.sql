-- End a held message: applied or discarded.
UPDATE held_message
   SET state = $2, settled_at = $3, next_attempt_at = NULL, history = history || $4::jsonb
 WHERE held_id = $1
