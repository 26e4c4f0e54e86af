-- Note the receiver's receipt on our side of hops.
UPDATE submission AS s
   SET received_at = t.received_at
  FROM unnest($1::uuid[], $2::timestamptz[]) AS t (submission_id, received_at)
 WHERE s.submission_id = t.submission_id
   AND s.direction = 'OUT'
   AND s.received_at IS NULL
