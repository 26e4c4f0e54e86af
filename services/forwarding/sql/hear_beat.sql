-- Note a neighbour's heartbeat; the answer is the link's state before it, none when it is of an epoch that has ended.
-- Without an offset the one known stays. An echo of a heartbeat that was not counted here yet is one of before a
-- restore: it proves nothing.
WITH before AS (
    SELECT state, heard_at, heard_epoch FROM link WHERE peer = $1 AND lane = $2 FOR UPDATE
), changed AS (
    INSERT INTO link AS l (peer, lane, heard_epoch, heard_beat, heard_sent_at, heard_at, clock_offset, state)
    VALUES ($1, $2, $7, $3, $8, $5, $6, 'UP')
        ON CONFLICT (peer, lane) DO UPDATE
       SET heard_beat = CASE WHEN excluded.heard_epoch > l.heard_epoch THEN excluded.heard_beat
                             ELSE greatest(l.heard_beat, excluded.heard_beat) END,
           heard_sent_at = CASE WHEN (excluded.heard_epoch, excluded.heard_beat) > (l.heard_epoch, l.heard_beat)
                                THEN excluded.heard_sent_at ELSE l.heard_sent_at END,
           heard_epoch = excluded.heard_epoch,
           echoed_beat = CASE WHEN $4 <= l.last_beat THEN greatest(l.echoed_beat, $4) ELSE l.echoed_beat END,
           heard_at = excluded.heard_at,
           clock_offset = coalesce(excluded.clock_offset, l.clock_offset),
           state = 'UP'
     WHERE excluded.heard_epoch >= l.heard_epoch
)
SELECT state, heard_at FROM before WHERE heard_epoch <= $7
