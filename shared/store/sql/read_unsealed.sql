-- Facts recorded in [$1, $2) that are not sealed, in sealing order. The scalar sub-query keeps the planner from
-- joining the whole of sealed_fact: each candidate is looked up, and beside a restore all candidates are new.
SELECT l.event_id, l.recorded_by::text AS recorded_by, l.salt, sha256(l.body) AS digest
  FROM event_log AS l
 WHERE l.recorded_by >= $1::text::xid8
   AND l.recorded_by < $2::text::xid8
   AND (SELECT s.position FROM sealed_fact AS s WHERE s.event_id = l.event_id) IS NULL
 ORDER BY l.recorded_by, l.event_id
 LIMIT $3
