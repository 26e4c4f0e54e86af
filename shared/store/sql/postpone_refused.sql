-- Try a message again later, and remember what the broker said.
UPDATE outbox_pending AS p
   SET attempts = p.attempts + 1,
       next_attempt_at = refused.next_attempt_at,
       last_outcome = refused.outcome
  FROM unnest($1::bigint[], $2::timestamptz[], $3::text[]) AS refused (seq, next_attempt_at, outcome)
 WHERE p.seq = refused.seq
