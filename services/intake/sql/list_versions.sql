-- Every wording the writer submitted of one report, the first one first.
SELECT version, title, body, facts::text AS facts, citations::text AS citations, content_hash, derived_from,
       written_by, submitted_at
  FROM report_version
 WHERE report_id = $1
 ORDER BY version
