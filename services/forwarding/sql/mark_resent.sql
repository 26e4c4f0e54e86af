-- Note that crossings left once more.
UPDATE crossing AS c
   SET attempts = c.attempts + 1, last_sent_at = $3, sent_after_beat = l.last_beat
  FROM link AS l
 WHERE c.peer = $1
   AND c.event_id = ANY ($2::uuid[])
   AND l.peer = c.peer
   AND l.lane = c.lane
