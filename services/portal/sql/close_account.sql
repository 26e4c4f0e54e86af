-- Close an account from an instant on, which may lie ahead.
UPDATE account SET closed_at = $2, changed_at = $3 WHERE person = $1
