-- Open a session.
INSERT INTO session (token_hash, person, appointment_id, csrf, opened_at, seen_at, ends_at)
VALUES ($1, $2, $3, $4, $5, $5, $6)
