-- When the next held message is due, if any.
SELECT min(next_attempt_at)
  FROM held_message
 WHERE state = 'RETRYING'
