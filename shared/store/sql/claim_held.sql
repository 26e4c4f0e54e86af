-- Claim one held message whose next attempt is due.
SELECT held_id, state, cause, queue, event_id, headers, body, attempts, awaits_upgrade, heard_at
  FROM held_message
 WHERE state IN ('RETRYING', 'DEFERRED')
   AND next_attempt_at <= $1
 ORDER BY next_attempt_at
 LIMIT 1
   FOR UPDATE SKIP LOCKED
