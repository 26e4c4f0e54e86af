-- Read several accounts, open or closed, and let nobody change them meanwhile.
SELECT person, username, name, password_hash, given_hash, must_change, closed_at
  FROM account
 WHERE person = ANY($1::text[])
 ORDER BY person
   FOR NO KEY UPDATE
