-- Remember what leaves over links until its receipt comes.
INSERT INTO crossing (peer, event_id, lane, frame, sent_after_beat, first_sent_at, last_sent_at)
SELECT t.peer, t.event_id, t.lane, t.frame, coalesce(l.last_beat, 0), $5, $5
  FROM unnest($1::text[], $2::uuid[], $3::text[], $4::bytea[]) AS t (peer, event_id, lane, frame)
  LEFT JOIN link AS l ON l.peer = t.peer AND l.lane = t.lane
    ON CONFLICT (peer, event_id) DO NOTHING
