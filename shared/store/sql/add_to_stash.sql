-- Keep events that came too early.
INSERT INTO stash (sender, subject, number, event_id, queue, lane, headers, body, heard_at)
SELECT t.sender, t.subject, t.number, t.event_id, t.queue, t.lane, t.headers, t.body, t.heard_at
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::bytea[],
              $9::timestamptz[])
       AS t (sender, subject, number, event_id, queue, lane, headers, body, heard_at)
