-- Give what a newer version may understand another try; run at start.
UPDATE held_message
   SET state = 'RETRYING', next_attempt_at = $1, history = history || $2::jsonb
 WHERE state = 'DEFERRED'
RETURNING held_id
