-- Keep from when on somebody is dismissed, and why.
INSERT INTO dismissal (person, appointment_id, valid_to, reason, stated_at)
VALUES ($1, $2, $3, $4, $5)
