-- The telephone report that was registered with this key.
SELECT phone_report_id, incident_id, unit, from_office, to_office, caller, callee, at, acknowledgement, gist,
       recorded_at, request_hash
  FROM phone_report
 WHERE from_office = $1 AND idempotency_key = $2
