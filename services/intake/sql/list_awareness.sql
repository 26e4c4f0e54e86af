-- A unit's knowledge of incidents, recorded last first. Nulls ask nothing: $2 incident, $3 end of the page before.
SELECT awareness_id, incident_id, unit, office, origin, request_hash, known_at, occurred_at, recorded_at, how,
       evidence, kind, place, dead, missing, severely_injured, injured, direct_loss_yuan, severity, sensitive,
       must_report, gist, mode, announced
  FROM awareness
 WHERE unit = $1
   AND ($2::uuid IS NULL OR incident_id = $2)
   AND ($3::uuid IS NULL OR awareness_id < $3)
 ORDER BY awareness_id DESC
 LIMIT $4
