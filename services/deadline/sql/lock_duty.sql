-- Lock a duty, making its row when there is none; ``facts`` is 1 when nothing was kept about it before.
INSERT INTO duty (matter, unit, facts) VALUES ($1, $2, 1)
ON CONFLICT (matter, unit) DO UPDATE SET facts = duty.facts + 1
RETURNING facts
