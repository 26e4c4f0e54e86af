-- Store a telephone report; no row comes back when the key was used before.
INSERT INTO phone_report (phone_report_id, incident_id, unit, from_office, to_office, caller, callee, at,
                          acknowledgement, gist, recorded_at, recorded_by, idempotency_key, request_hash, mode)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
    ON CONFLICT (from_office, idempotency_key) DO NOTHING
RETURNING phone_report_id
