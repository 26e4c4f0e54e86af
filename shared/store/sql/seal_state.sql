-- Where sealing stands: the epoch, the last seal if any, and the bounds of what has ended: every transaction below
-- "ended" has, none from "unborn" on has begun.
SELECT (SELECT max(epoch) FROM database_epoch) AS epoch,
       s.batch, s.epoch AS sealed_epoch, s.last_position, s.head, s.horizon::text AS horizon,
       pg_snapshot_xmin(pg_current_snapshot())::text AS ended,
       pg_snapshot_xmax(pg_current_snapshot())::text AS unborn,
       s.horizon > pg_snapshot_xmax(pg_current_snapshot()) AS from_another_server
  FROM (SELECT) AS always
  LEFT JOIN (SELECT batch, epoch, last_position, head, horizon FROM seal ORDER BY batch DESC LIMIT 1) AS s ON true
