-- Whether a sealer has anything to do: an epoch that was not looked through, a last seal from another server, or a
-- fact beyond the last seal.
SELECT s.epoch IS DISTINCT FROM (SELECT max(epoch) FROM database_epoch)
       OR s.horizon IS NULL
       OR s.horizon > pg_snapshot_xmax(pg_current_snapshot())
       OR EXISTS (
           SELECT FROM event_log AS l
            WHERE l.recorded_by >= s.horizon
              AND (SELECT f.position FROM sealed_fact AS f WHERE f.event_id = l.event_id) IS NULL)
  FROM (SELECT) AS always
  LEFT JOIN (SELECT epoch, horizon FROM seal ORDER BY batch DESC LIMIT 1) AS s ON true
