-- Give what a newer version may understand another try; run at start.
UPDATE held_message
   SET state = 'RETRYING', next_attempt_at = $1
 WHERE state = 'DEFERRED'
