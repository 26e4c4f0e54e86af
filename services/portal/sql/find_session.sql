-- Find a session with its person's name; closed accounts have none.
SELECT s.person, a.name, s.appointment_id, s.csrf, s.seen_at, s.ends_at, a.must_change
  FROM session s
  JOIN account a ON a.person = s.person
 WHERE s.token_hash = $1 AND (a.closed_at IS NULL OR a.closed_at > $2)
