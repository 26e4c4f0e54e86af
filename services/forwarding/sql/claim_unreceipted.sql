-- Crossings without receipt although a heartbeat that left after them has come back; longest waiting first.
SELECT c.event_id, c.frame, c.attempts
  FROM crossing AS c
  JOIN link AS l ON l.peer = c.peer AND l.lane = c.lane
 WHERE c.peer = $1
   AND c.lane = $2
   AND c.fate IS NULL
   AND c.sent_after_beat + 1 < l.echoed_beat
   AND c.last_sent_at + least($4 * power(2, least(c.attempts - 1, 20)), $5) * interval '1 second' <= $3
 ORDER BY c.last_sent_at
 LIMIT 200
   FOR UPDATE OF c SKIP LOCKED
