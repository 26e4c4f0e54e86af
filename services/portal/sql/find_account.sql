-- Find an open account by the name typed at login.
SELECT person, name, password_hash
  FROM account
 WHERE username = $1 AND closed_at IS NULL
