-- Write down who did what to a case.
INSERT INTO case_act (case_id, revision, act, at, wording, person, person_name, appointment, role, office, reason, text)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
