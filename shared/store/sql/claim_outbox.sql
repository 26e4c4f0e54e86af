-- Claim the oldest messages of a lane that are due, for the length of this transaction.
SELECT p.seq, p.event_id, p.exchange, p.routing_key, p.headers, p.attempts, coalesce(p.body, l.body) AS body,
       p.queued_at
  FROM outbox_pending AS p
  LEFT JOIN event_log AS l ON l.event_id = p.event_id
 WHERE p.lane = $1
   AND p.next_attempt_at <= $2
 ORDER BY p.seq
 LIMIT $3
   FOR UPDATE OF p SKIP LOCKED
