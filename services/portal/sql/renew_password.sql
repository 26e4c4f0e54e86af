-- Store a hash of the same password made with today's parameters.
UPDATE account SET password_hash = $2, changed_at = $3 WHERE person = $1
