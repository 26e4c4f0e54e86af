-- Add an account, or bring its name and password up to date.
INSERT INTO account (person, username, name, password_hash, created_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $5)
    ON CONFLICT (person) DO UPDATE
   SET username = excluded.username, name = excluded.name, password_hash = excluded.password_hash,
       changed_at = excluded.changed_at, closed_at = NULL
