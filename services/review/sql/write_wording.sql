-- Add this office's new wording; those before it stay.
INSERT INTO case_wording (case_id, wording, version, content)
VALUES ($1, $2, $3, $4::text::json)
