-- The ways of several reports, each in the order of time.
SELECT report_id, office, kind, ref, at, detail::text AS detail
  FROM way_milestone
 WHERE report_id = ANY ($1::uuid[])
 ORDER BY report_id, at, kind, ref
