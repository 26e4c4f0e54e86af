-- Store an adoption. A second one of the same report and publication adds nothing and returns nothing.
INSERT INTO adoption (
       adoption_id, report_id, office, level, publication, carrier, issue_id, issue_number, title, contributors,
       on_behalf, evidence, adopted_at, adopted_by, appointment, reports)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text::json, $11, $12, $13, $14, $15, $16)
ON CONFLICT (report_id, level, office, publication) DO NOTHING
RETURNING adoption_id
