-- Keep an agency's signal; a repeat changes nothing.
INSERT INTO signal (signal_id, agency, source, at, occurred_at, place, territory, kind, dead, missing, injured, gist,
                    received_at, mode)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (signal_id) DO NOTHING
