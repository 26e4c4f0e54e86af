-- Store that a unit knew by an urgent report, once per incident, unit and grade, unless the same mode has knowledge
-- on file that had to be reported and is as early and as grave ($21: the grades that are).
INSERT INTO awareness (awareness_id, incident_id, unit, office, origin, known_at, occurred_at, recorded_at, how,
                       evidence, kind, place, dead, missing, severely_injured, injured, direct_loss_yuan, severity,
                       sensitive, must_report, gist, mode, announced)
SELECT $1, $2, $3, $4, 'ARRIVAL', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, false, true, $18, $19,
       $20
 WHERE NOT EXISTS (SELECT FROM awareness WHERE incident_id = $2 AND unit = $3
                     AND mode = $19 AND must_report AND known_at <= $5 AND severity = ANY ($21::text[]))
    ON CONFLICT (incident_id, unit, mode, severity) WHERE origin = 'ARRIVAL' DO NOTHING
RETURNING awareness_id
