-- Links with their last heartbeat and what has no receipt yet.
SELECT l.peer, l.lane, l.state, l.heard_at, l.clock_offset, l.last_beat, l.echoed_beat,
       count(c.event_id) AS unreceipted, min(c.first_sent_at) AS oldest
  FROM link AS l
  LEFT JOIN crossing AS c ON c.peer = l.peer AND c.lane = l.lane
 GROUP BY l.peer, l.lane, l.state, l.heard_at, l.clock_offset, l.last_beat, l.echoed_beat
 ORDER BY l.peer, l.lane
