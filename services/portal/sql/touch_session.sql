-- Note that a session is in use.
UPDATE session SET seen_at = $2 WHERE token_hash = $1
