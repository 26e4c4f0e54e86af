-- Which of these arrivals are held, not applied: those that could be read by id, the others by queue and digest.
SELECT held_id, state, event_id, NULL::bytea AS digest
  FROM held_message
 WHERE event_id = ANY ($1::uuid[])
   AND state IN ('RETRYING', 'PARKED', 'DEFERRED')
UNION ALL
SELECT held_id, state, NULL, sha256(body)
  FROM held_message
 WHERE event_id IS NULL
   AND queue = ANY ($2::text[])
   AND sha256(body) = ANY ($3::bytea[])
   AND state IN ('RETRYING', 'PARKED', 'DEFERRED')
