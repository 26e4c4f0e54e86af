-- The other site holds these and could not apply them: they are not sent again, and not forgotten.
UPDATE crossing AS c
   SET fate = t.fate, fate_at = $4
  FROM unnest($2::uuid[], $3::text[]) AS t (event_id, fate)
 WHERE c.peer = $1
   AND c.event_id = t.event_id
