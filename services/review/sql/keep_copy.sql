-- Keep a copy for reading. A case that the office already has on the report stays as it is.
WITH opened AS (
    INSERT INTO review_case (
           case_id, report_id, office, state, step, revision, number, title, urgency, nature, urgent, head,
           current, came_as, chain, custody, from_office, submission_id, authors, received_at, step_since,
           traceparent, mode)
    VALUES ($1, $2, $3, $4, 0, 1, $5, $6, $7, $8, $7 <> 'ROUTINE', $9::text::json,
            $10, $10, $11, $12::text::json, $13, $14, '{}', $15, $15, $18, $19)
    ON CONFLICT (report_id, office) DO UPDATE
       SET revision = review_case.revision + 1, current = excluded.current, came_as = excluded.came_as,
           chain = excluded.chain, custody = excluded.custody, title = excluded.title,
           submission_id = excluded.submission_id, step_since = excluded.step_since, traceparent = excluded.traceparent
     WHERE review_case.state = 'REFERENCE'
    RETURNING case_id, revision
), written AS (
    INSERT INTO case_wording (case_id, wording, version, content)
    SELECT opened.case_id, came.wording, came.version, came.content::json
      FROM opened
     CROSS JOIN unnest($11::text[], $16::integer[], $17::text[]) AS came (wording, version, content)
    ON CONFLICT (case_id, wording) DO NOTHING
)
INSERT INTO case_act (case_id, revision, act, at, wording, office)
SELECT opened.case_id, opened.revision, 'ARRIVED', $15, $10, $3
  FROM opened
