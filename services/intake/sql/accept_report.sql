-- Accept a new report: the key guards against repeats, the counter's row lock numbers it, its draft goes.
-- No row comes back when the key was used before; then nothing else happened.
WITH version AS (
    INSERT INTO report_version (report_id, version, office, idempotency_key, request_hash, title, body, facts,
                                citations, content_hash, written_by, submitted_at, answer)
    VALUES ($1, 1, $2, $3, $4, $5, $6, $7::jsonb, $8::jsonb, $9, $10, $11, $12::jsonb)
        ON CONFLICT (office, idempotency_key) DO NOTHING
    RETURNING report_id
), counter AS (
    INSERT INTO number_counter AS c (prefix, last)
    SELECT $13, 1
      FROM version
        ON CONFLICT (prefix) DO UPDATE SET last = c.last + 1
    RETURNING c.last
), draft_gone AS (
    DELETE FROM draft
     USING version
     WHERE draft.draft_id = $14 AND draft.office = $2 AND draft.author = $10
)
INSERT INTO report (report_id, number, office, state, state_since, last_version, title, type, nature, urgency, form,
                    author_mark, authors, incident_id, incident_kind, expected_at, commission_task, mode,
                    first_submitted_at)
SELECT $1, $13 || '-' || lpad(counter.last::text, greatest(3, length(counter.last::text)), '0'), $2, 'SUBMITTED', $11,
       1, $5, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $11
  FROM counter
RETURNING number
