-- Bring the names of an account up to date and keep it open; its password is its person's own business.
UPDATE account SET username = $2, name = $3, changed_at = $4, closed_at = NULL WHERE person = $1
