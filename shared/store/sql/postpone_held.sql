-- Record another failure of a held message: next attempt, or deferred or parked when state says so. To wait for something
-- is nobody's failure: being deferred uses up no retry, and is noted once however long it lasts.
UPDATE held_message
   SET state = $2, cause = $3, detail = $4, stack = $5, next_attempt_at = $6,
       attempts = CASE $2 WHEN 'DEFERRED' THEN attempts ELSE attempts + 1 END,
       history = CASE WHEN $2 = 'DEFERRED' AND history -> -1 -> 'what' = $7::jsonb -> 0 -> 'what' THEN history
                      ELSE history || $7::jsonb END
 WHERE held_id = $1
