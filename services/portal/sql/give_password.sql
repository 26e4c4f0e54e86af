-- Store a password that somebody else gave; its person must change it at the next sign-in.
UPDATE account SET password_hash = $2, given_hash = $2, must_change = true, changed_at = $3 WHERE person = $1
