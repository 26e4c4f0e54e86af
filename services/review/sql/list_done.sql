-- An office's cases in one state that waits for nobody here, before a given one: newest first.
SELECT c.case_id, c.report_id, c.number, c.title, c.urgency, c.nature, c.state, c.step, c.revision, c.from_office,
       c.head, c.received_at, c.step_since, c.held_since, c.held_until, c.held_reason, c.mode,
       EXISTS (SELECT 1 FROM case_adoption AS a WHERE a.report_id = c.report_id AND a.office = c.office) AS adopted
  FROM review_case AS c
 WHERE c.office = $1
   AND c.state = $2
   AND (c.step_since, c.case_id) < ($3, $4)
   AND (c.urgent OR NOT $6::boolean)
 ORDER BY c.step_since DESC, c.case_id DESC
 LIMIT $5
