-- An office's open cases after a given one: urgent first, then what came first.
SELECT c.case_id, c.report_id, c.number, c.title, c.urgency, c.nature, c.state, c.step, c.revision, c.from_office,
       c.head, c.received_at, c.step_since, c.held_since, c.held_until, c.held_reason, c.mode,
       EXISTS (SELECT 1 FROM case_adoption AS a WHERE a.report_id = c.report_id AND a.office = c.office) AS adopted
  FROM review_case AS c
 WHERE c.office = $1
   AND c.state IN ('SECTION_REVIEW', 'SIGN_OFF')
   AND (NOT c.urgent, c.received_at, c.case_id) > ($2, $3, $4)
   AND (c.urgent OR NOT $6::boolean)
 ORDER BY NOT c.urgent, c.received_at, c.case_id
 LIMIT $5
