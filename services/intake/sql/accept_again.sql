-- Accept the next version of a report that was returned to its writer; the report's row lock lets one in.
-- No row comes back when it is not returned (any more) or the key was used before.
WITH locked AS (
    SELECT report_id, last_version
      FROM report
     WHERE report_id = $1 AND office = $2 AND state = 'RETURNED'
       FOR UPDATE
), version AS (
    INSERT INTO report_version (report_id, version, office, idempotency_key, request_hash, title, body, facts,
                                citations, content_hash, derived_from, written_by, submitted_at, answer)
    SELECT locked.report_id, locked.last_version + 1, $2, $3, $4, $5, $6, $7::jsonb, $8::jsonb, $9, $13, $10, $11,
           $12::jsonb
      FROM locked
        ON CONFLICT (office, idempotency_key) DO NOTHING
    RETURNING report_id, version
), draft_gone AS (
    DELETE FROM draft
     USING version
     WHERE draft.draft_id = $14 AND draft.office = $2 AND draft.author = $10
)
UPDATE report
   SET state = 'SUBMITTED', state_since = $11, last_version = version.version, title = $5, expected_at = $15,
       authors = $16
  FROM version
 WHERE report.report_id = version.report_id
RETURNING report.number, version.version
