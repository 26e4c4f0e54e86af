-- Every fact that is not sealed and whose neighbours are all known: the first look of an epoch at the whole log.
-- Transaction numbers that no transaction here has yet reached come with a backup from another server.
SELECT l.event_id, l.recorded_by::text AS recorded_by, l.salt, sha256(l.body) AS digest
  FROM event_log AS l
 WHERE (l.recorded_by < pg_snapshot_xmin(pg_current_snapshot())
        OR l.recorded_by >= pg_snapshot_xmax(pg_current_snapshot()))
   AND NOT EXISTS (SELECT FROM sealed_fact AS s WHERE s.event_id = l.event_id)
 ORDER BY l.recorded_by, l.event_id
 LIMIT $1
