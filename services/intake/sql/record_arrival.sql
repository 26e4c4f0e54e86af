-- Store that a unit knew by an urgent report, once per incident and unit, unless it is known to have known before.
INSERT INTO awareness (awareness_id, incident_id, unit, office, origin, known_at, occurred_at, recorded_at, how,
                       evidence, kind, place, dead, missing, severely_injured, injured, direct_loss_yuan, severity,
                       sensitive, must_report, gist, mode, announced)
SELECT $1, $2, $3, $4, 'ARRIVAL', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, false, true, $18, $19,
       $20
 WHERE NOT EXISTS (SELECT FROM awareness WHERE incident_id = $2 AND unit = $3 AND known_at <= $5)
    ON CONFLICT (incident_id, unit) WHERE origin = 'ARRIVAL' DO NOTHING
RETURNING awareness_id
