-- All clocks of one matter that a unit owes or that are owed to an office, superseded ones too, by first late instant.
SELECT clock_id, mode, matter, unit, recipient, leg, stage, ordinal, binding, title, basis, basis_time, due_at, late_from,
       omitted_at, precision, rule_set_id, rule_id, rule_version, sum_text, basis_evidence, warn_percent, answered_at, answered_by, state,
       started_at, stopped_at, stopped_by, report_id, warned, judged
  FROM clock
 WHERE matter = $3
   AND (unit = $1 OR recipient = $2)
   AND ($4::timestamptz IS NULL OR (late_from, clock_id) > ($4, $5::uuid))
 ORDER BY late_from, clock_id
 LIMIT $6
