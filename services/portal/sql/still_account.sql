-- Tell whether an account is open and has the password that was verified; let nobody change it meanwhile.
SELECT person
  FROM account
 WHERE person = $1 AND password_hash = $2 AND (closed_at IS NULL OR closed_at > $3)
   FOR NO KEY UPDATE
