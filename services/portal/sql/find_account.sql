-- Find an open account by the name typed at login.
SELECT person, username, name, password_hash, given_hash, must_change, closed_at
  FROM account
 WHERE username = $1 AND (closed_at IS NULL OR closed_at > $2)
