-- Remember what leaves over links until its receipt comes.
INSERT INTO crossing (peer, event_id, lane, frame, sent_after_beat, first_sent_at, last_sent_at, submission_id)
SELECT t.peer, t.event_id, t.lane, t.frame, coalesce(l.last_beat, 0), $6, $6, t.submission_id
  FROM unnest($1::text[], $2::uuid[], $3::text[], $4::bytea[], $5::uuid[])
       AS t (peer, event_id, lane, frame, submission_id)
  LEFT JOIN link AS l ON l.peer = t.peer AND l.lane = t.lane
    ON CONFLICT (peer, event_id) DO NOTHING
