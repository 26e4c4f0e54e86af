-- What was answered to the first submission with this key.
SELECT v.request_hash, v.report_id, r.number, v.version, v.submitted_at, v.answer::text AS answer
  FROM report_version v
  JOIN report r ON r.report_id = v.report_id
 WHERE v.office = $1 AND v.idempotency_key = $2
