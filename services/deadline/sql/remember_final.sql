-- Keep that a verdict became final at the site of the office owed, and lock its duty; ``facts`` is 1 when nothing was
-- kept about it before.
WITH locked AS (
    INSERT INTO duty (matter, unit, facts) VALUES ($2, $3, 1)
    ON CONFLICT (matter, unit) DO UPDATE SET facts = duty.facts + 1
    RETURNING facts
), told AS (
    INSERT INTO final_elsewhere (verdict_id, matter, unit, owed_to, leg, finalised_at, mode)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (verdict_id) DO NOTHING
)
SELECT facts FROM locked
