-- Remember what is held of what a neighbour sent, and what it was told of it.
INSERT INTO held_arrival AS a (peer, event_id, lane, held_id, told)
SELECT $1, t.event_id, $2, t.held_id, t.told
  FROM unnest($3::uuid[], $4::uuid[], $5::text[]) AS t (event_id, held_id, told)
    ON CONFLICT (peer, event_id) DO UPDATE
   SET lane = excluded.lane, held_id = excluded.held_id, told = excluded.told
