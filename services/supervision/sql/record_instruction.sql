-- Record an instruction once per office and key; a second click finds its row there and changes nothing.
INSERT INTO instruction (instruction_id, office, unit, idempotency_key, report_id, number, title, leader, rank, text,
                         disposition, given_at, recorded_at, recorded_by, ticket_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
    ON CONFLICT (office, idempotency_key) DO NOTHING
RETURNING instruction_id
