-- Keep what a unit knew and lock its duty; ``facts`` is 1 when nothing was kept about this duty before.
WITH locked AS (
    INSERT INTO duty (matter, unit, facts) VALUES ($2, $3, 1)
    ON CONFLICT (matter, unit) DO UPDATE SET facts = duty.facts + 1
    RETURNING facts
), told AS (
    INSERT INTO awareness (awareness_id, matter, unit, office, known_at, occurred_at, recorded_at, how, evidence,
                           kind, place, severity, sensitive, must_report, mode)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
    ON CONFLICT (awareness_id) DO NOTHING
)
SELECT facts FROM locked
