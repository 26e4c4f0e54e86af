-- Add an account, or open it anew, with a password that somebody gave.
INSERT INTO account (person, username, name, password_hash, given_hash, must_change, created_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
    ON CONFLICT (person) DO UPDATE
   SET username = excluded.username, name = excluded.name, password_hash = excluded.password_hash,
       given_hash = excluded.given_hash, must_change = excluded.must_change,
       changed_at = excluded.changed_at, closed_at = NULL
