-- Try held messages again now; one that has ended stays as it is and is left out of the answer.
UPDATE held_message
   SET state = 'RETRYING', next_attempt_at = $2, history = history || $3::jsonb
 WHERE held_id = ANY ($1::uuid[])
   AND state IN ('RETRYING', 'PARKED', 'DEFERRED')
RETURNING held_id
