-- Keep what was given in answer to a duty and lock that duty; ``facts`` is 1 when nothing was kept about it before.
WITH locked AS (
    INSERT INTO duty (matter, unit, facts) VALUES ($2, $3, 1)
    ON CONFLICT (matter, unit) DO UPDATE SET facts = duty.facts + 1
    RETURNING facts
), given AS (
    INSERT INTO answer (answer_id, matter, unit, recipient, channel, at, report_id, evidence, mode, given_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (answer_id) DO NOTHING
)
SELECT facts FROM locked
