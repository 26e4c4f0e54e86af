-- The awareness that was registered with this key.
SELECT awareness_id, incident_id, unit, office, origin, request_hash, known_at, occurred_at, recorded_at, how,
       evidence, kind, place, dead, missing, severely_injured, injured, direct_loss_yuan, severity, sensitive,
       must_report, gist, mode, announced
  FROM awareness
 WHERE office = $1 AND idempotency_key = $2
