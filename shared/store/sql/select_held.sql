-- The ids of one group of held messages, the oldest first.
SELECT held_id
  FROM held_message
 WHERE state = $1
   AND cause = $2
 ORDER BY first_failed_at, held_id
 LIMIT $3
