-- A unit's telephone reports, recorded last first. Nulls ask nothing: $2 incident, $3 end of the page before.
SELECT phone_report_id, incident_id, unit, from_office, to_office, caller, callee, at, acknowledgement, gist,
       recorded_at, request_hash
  FROM phone_report
 WHERE unit = $1
   AND ($2::uuid IS NULL OR incident_id = $2)
   AND ($3::uuid IS NULL OR phone_report_id < $3)
 ORDER BY phone_report_id DESC
 LIMIT $4
