-- Note where a report was used. The case, if there is one, goes on: adoption does not end the sign-off.
INSERT INTO case_adoption (adoption_id, report_id, office, level, publication, issue_number, adopted_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (adoption_id) DO NOTHING
