-- Count a heartbeat on its way out; the row is made at the first one.
INSERT INTO link AS l (peer, lane, last_beat, heard_at, state)
VALUES ($1, $2, 1, $3, 'UP')
    ON CONFLICT (peer, lane) DO UPDATE SET last_beat = l.last_beat + 1
RETURNING l.last_beat, l.heard_beat, l.heard_epoch, l.heard_sent_at, l.heard_at
