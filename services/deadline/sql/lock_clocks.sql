-- All clocks of a duty, superseded ones included, locked against the scanner.
SELECT clock_id, mode, matter, unit, recipient, leg, stage, ordinal, binding, title, basis, basis_time, due_at, late_from,
       omitted_at, precision, rule_set_id, rule_id, rule_version, sum_text, basis_evidence, warn_percent, answered_at, answered_by, state,
       started_at, stopped_at, stopped_by, report_id, warned, judged
  FROM clock
 WHERE matter = $1 AND unit = $2
 ORDER BY clock_id
   FOR UPDATE
