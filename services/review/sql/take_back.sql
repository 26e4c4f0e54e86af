-- The office above returned what this office signed: the origin's writer words it anew, an office between reviews it
-- anew. A return of anything but the wording last signed came too late and changes nothing.
WITH back AS (
    UPDATE review_case
       SET state = CASE WHEN from_office IS NULL THEN 'RETURNED' ELSE $3 END, step = 0, revision = revision + 1,
           reviewers = '{}', step_since = $4, flow = $9::text::json
     WHERE report_id = $1
       AND office = $2
       AND state = 'SIGNED'
       AND chain[array_length(chain, 1)] LIKE $5::text || ':%'
    RETURNING case_id, revision, current
)
INSERT INTO case_act (case_id, revision, act, at, wording, office, reason, text)
SELECT back.case_id, back.revision, 'RETURNED_FROM_ABOVE', $4, back.current, $6, $7, $8
  FROM back
