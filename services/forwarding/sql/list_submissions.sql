-- The hops of one report seen from this site, in the order they left, and what the receiving site holds of them.
SELECT s.submission_id, s.direction, s.from_office, s.to_office, s.is_copy, s.version_hash, s.signed_at, s.queued_at,
       s.received_at, c.fate
  FROM submission AS s
  LEFT JOIN crossing AS c ON c.submission_id = s.submission_id AND s.direction = 'OUT'
 WHERE s.report_id = $1
 ORDER BY s.queued_at, s.direction DESC
