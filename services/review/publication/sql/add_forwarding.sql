-- Store that a report was forwarded. A second time adds nothing and returns nothing.
INSERT INTO forwarding (report_id, office, to_level, carrier, forwarded_at, forwarded_by, appointment)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (report_id, office, to_level, carrier) DO NOTHING
RETURNING forwarded_at
