-- Links with their last heartbeat, what has no receipt yet, and what the other site holds without having applied it.
SELECT l.peer, l.lane, l.state, l.heard_at, l.clock_offset, l.last_beat, l.echoed_beat,
       count(c.event_id) FILTER (WHERE c.fate IS NULL) AS unreceipted,
       min(c.first_sent_at) FILTER (WHERE c.fate IS NULL) AS oldest,
       count(c.event_id) FILTER (WHERE c.fate = 'PARKED') AS parked_there,
       count(c.event_id) FILTER (WHERE c.fate = 'DEFERRED') AS deferred_there
  FROM link AS l
  LEFT JOIN crossing AS c ON c.peer = l.peer AND c.lane = l.lane
 GROUP BY l.peer, l.lane, l.state, l.heard_at, l.clock_offset, l.last_beat, l.echoed_beat
 ORDER BY l.peer, l.lane
