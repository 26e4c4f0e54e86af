-- Open the origin office's case on a report, or open it again with the writer's new version.
WITH opened AS (
    INSERT INTO review_case AS known (
           case_id, report_id, office, state, step, revision, number, title, urgency, nature, urgent, head,
           current, came_as, chain, custody, authors, received_at, step_since, traceparent,
           mode, flow)
    VALUES ($1, $2, $3, $4, 0, 1, $5, $6, $7, $8, $7 <> 'ROUTINE', $9::text::json, $10, $10, '{}', '[]', $11, $12, $12,
           $15, $16, $17::text::json)
    ON CONFLICT (report_id, office) DO UPDATE
       SET state = excluded.state, step = 0, revision = known.revision + 1, title = excluded.title,
           urgency = excluded.urgency, nature = excluded.nature, urgent = excluded.urgent, head = excluded.head,
           current = excluded.current, came_as = excluded.came_as, authors = excluded.authors, rewriters = '{}', reviewers = '{}',
           received_at = excluded.received_at, step_since = excluded.step_since, traceparent = excluded.traceparent,
           held_since = NULL, held_until = NULL, held_reason = NULL, flow = excluded.flow
    RETURNING case_id, revision
), written AS (
    INSERT INTO case_wording (case_id, wording, version, content)
    SELECT opened.case_id, $10, $13, $14::text::json
      FROM opened
    ON CONFLICT (case_id, wording) DO NOTHING
)
INSERT INTO case_act (case_id, revision, act, at, wording, office)
SELECT opened.case_id, opened.revision, 'SUBMITTED', $12, $10, $3
  FROM opened
