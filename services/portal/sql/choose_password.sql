-- Store a password that its person chose, unless another one was stored meanwhile.
UPDATE account SET password_hash = $3, must_change = false, changed_at = $4
 WHERE person = $1 AND password_hash = $2
RETURNING person
