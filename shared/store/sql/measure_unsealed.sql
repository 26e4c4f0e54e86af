-- How many facts wait for their seal, and since when the oldest.
SELECT count(*) AS messages, min(l.recorded_at) AS oldest
  FROM event_log AS l
 WHERE l.recorded_by >= coalesce((SELECT horizon FROM seal ORDER BY batch DESC LIMIT 1), '0'::xid8)
   AND (SELECT s.position FROM sealed_fact AS s WHERE s.event_id = l.event_id) IS NULL
