-- Store when a unit knew, by a person's word; ``known_before`` is the earliest knowledge on file until now.
-- No row comes back when the key was used before.
WITH before AS (
    SELECT min(known_at) AS known_at
      FROM awareness
     WHERE incident_id = $2 AND unit = $3
), stored AS (
    INSERT INTO awareness (awareness_id, incident_id, unit, office, origin, idempotency_key, request_hash, known_at,
                           occurred_at, recorded_at, recorded_by, how, evidence, kind, place, dead, missing,
                           severely_injured, injured, direct_loss_yuan, severity, sensitive, must_report, gist, mode,
                           announced)
    SELECT $1, $2, $3, $4, 'REGISTERED', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
           $21, $22, $23, $24, before.known_at IS NULL OR $7 < before.known_at
      FROM before
        ON CONFLICT (office, idempotency_key) DO NOTHING
    RETURNING announced
)
SELECT stored.announced
  FROM stored
