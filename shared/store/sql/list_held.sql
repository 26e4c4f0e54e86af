-- One group of held messages without their bodies, the oldest first.
SELECT held_id, queue, sender, subject, number, attempts, first_failed_at, next_attempt_at
  FROM held_message
 WHERE state = $1
   AND cause = $2
 ORDER BY first_failed_at, held_id
 LIMIT $3
