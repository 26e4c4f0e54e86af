-- Try a message again later, and remember what the broker said.
UPDATE outbox_pending AS p
   SET attempts = p.attempts + 1,
       next_attempt_at = refused.next_attempt_at,
       last_outcome = refused.outcome
  FROM unnest($2::bigint[], $3::timestamptz[], $4::text[]) AS refused (seq, next_attempt_at, outcome)
 WHERE p.lane = $1
   AND p.seq = refused.seq
