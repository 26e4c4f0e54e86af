-- Read the account of a person.
SELECT person, username, name, password_hash, given_hash, must_change, closed_at
  FROM account
 WHERE person = $1
