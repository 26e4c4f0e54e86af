-- Running clocks that a unit owes or that are owed to an office, by first late instant. Nulls ask nothing: $6 state,
-- $7 whether the unit is the one that owes.
SELECT clock_id, mode, matter, unit, recipient, leg, stage, ordinal, binding, title, basis, basis_time, due_at, late_from,
       omitted_at, precision, rule_set_id, rule_id, rule_version, sum_text, basis_evidence, warn_percent, answered_at, answered_by, state,
       started_at, stopped_at, stopped_by, report_id, warned, judged
  FROM clock
 WHERE state IN ('OPEN', 'EXPIRED')
   AND (unit = $1 OR recipient = $2)
   AND ($3::timestamptz IS NULL OR (late_from, clock_id) > ($3, $4::uuid))
   AND ($6::text IS NULL OR state = $6)
   AND ($7::boolean IS NULL OR (unit = $1) = $7)
 ORDER BY late_from, clock_id
 LIMIT $5
