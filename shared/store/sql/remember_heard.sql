-- Remember events as heard; a repeat is left out of the answer.
INSERT INTO inbox (event_id, sender, subject, number)
SELECT t.event_id, t.sender, t.subject, t.number
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[]) AS t (event_id, sender, subject, number)
 ORDER BY t.event_id
    ON CONFLICT (event_id) DO NOTHING
RETURNING event_id
