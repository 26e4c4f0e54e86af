-- The hops of one report seen from this site, in the order they left.
SELECT submission_id, direction, from_office, to_office, is_copy, version_hash, signed_at, queued_at, received_at
  FROM submission
 WHERE report_id = $1
 ORDER BY queued_at, direction DESC
