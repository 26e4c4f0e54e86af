-- Tell every process of the portal at this site which topics moved, when this transaction commits.
SELECT pg_notify($1, $2)
