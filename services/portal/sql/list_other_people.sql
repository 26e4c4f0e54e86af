-- List the open accounts of people other than these.
SELECT person, name
  FROM account
 WHERE closed_at IS NULL AND person <> ALL($1::text[])
 ORDER BY person
