-- Use another appointment in a session.
UPDATE session SET appointment_id = $2 WHERE token_hash = $1
