-- Note a neighbour's heartbeat; the answer is the link's state before it.
WITH before AS (
    SELECT state, heard_at FROM link WHERE peer = $1 AND lane = $2 FOR UPDATE
), changed AS (
    INSERT INTO link AS l (peer, lane, heard_beat, echoed_beat, heard_at, clock_offset, state)
    VALUES ($1, $2, $3, $4, $5, $6, 'UP')
        ON CONFLICT (peer, lane) DO UPDATE
       SET heard_beat = greatest(l.heard_beat, excluded.heard_beat),
           echoed_beat = greatest(l.echoed_beat, excluded.echoed_beat),
           heard_at = excluded.heard_at, clock_offset = excluded.clock_offset, state = 'UP'
)
SELECT state, heard_at FROM before
