-- Record another failure of a held message: next attempt, or parked when state says so. Waiting for something newer
-- uses up no attempt.
UPDATE held_message
   SET state = $2, cause = $3, detail = $4, stack = $5,
       attempts = attempts + CASE $2 WHEN 'DEFERRED' THEN 0 ELSE 1 END, next_attempt_at = $6,
       history = history || $7::jsonb
 WHERE held_id = $1
