-- Store when a unit knew, by a person's word. It is announced unless the same mode has knowledge on file that is as
-- early and as grave ($25: the grades that are), as sensitive too; what need not be reported stands in nobody's way.
-- No row comes back when the key was used before.
WITH before AS (
    SELECT EXISTS (
           SELECT FROM awareness
            WHERE incident_id = $2 AND unit = $3 AND mode = $24
              AND known_at <= $7 AND severity = ANY ($25::text[])
              AND (sensitive OR NOT $21) AND (must_report OR NOT $22)) AS known
), stored AS (
    INSERT INTO awareness (awareness_id, incident_id, unit, office, origin, idempotency_key, request_hash, known_at,
                           occurred_at, recorded_at, recorded_by, how, evidence, kind, place, dead, missing,
                           severely_injured, injured, direct_loss_yuan, severity, sensitive, must_report, gist, mode,
                           announced)
    SELECT $1, $2, $3, $4, 'REGISTERED', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
           $21, $22, $23, $24, NOT before.known
      FROM before
        ON CONFLICT (office, idempotency_key) DO NOTHING
    RETURNING announced
)
SELECT stored.announced
  FROM stored
