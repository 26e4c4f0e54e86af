-- Held arrivals of which something else has become than their sender was told.
SELECT a.peer, a.lane, a.event_id, a.held_id, n.fate
  FROM held_arrival AS a
  JOIN held_message AS h USING (held_id)
 CROSS JOIN LATERAL (
       SELECT CASE WHEN h.state = 'RETRYING' THEN 'DEFERRED'
                   WHEN h.state IN ('APPLIED', 'STASHED') THEN 'TAKEN'
                   ELSE h.state END AS fate) AS n
 WHERE n.fate <> a.told
 ORDER BY a.peer, a.lane, a.event_id
 LIMIT 500
   FOR UPDATE OF a SKIP LOCKED
