-- Clocks that ran out without an answer, which a unit owes or that are owed to an office, the latest one first.
-- $6: whether the unit is the one that owes; null asks nothing.
SELECT clock_id, mode, matter, unit, recipient, leg, stage, ordinal, binding, title, basis, basis_time, due_at, late_from,
       omitted_at, precision, rule_set_id, rule_id, rule_version, sum_text, basis_evidence, warn_percent, answered_at, answered_by, state,
       started_at, stopped_at, stopped_by, report_id, warned, judged
  FROM clock
 WHERE state = 'EXPIRED'
   AND (unit = $1 OR recipient = $2)
   AND ($3::timestamptz IS NULL OR (late_from, clock_id) < ($3, $4::uuid))
   AND ($6::boolean IS NULL OR (unit = $1) = $6)
 ORDER BY late_from DESC, clock_id DESC
 LIMIT $5
