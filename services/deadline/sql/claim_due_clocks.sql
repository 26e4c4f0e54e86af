-- Take a batch of clocks on which something has come due, oldest first; other replicas skip them.
SELECT clock_id, mode, matter, unit, recipient, leg, stage, ordinal, binding, title, basis, basis_time, due_at, late_from,
       omitted_at, precision, rule_set_id, rule_id, rule_version, sum_text, basis_evidence, warn_percent, answered_at, answered_by, state,
       started_at, stopped_at, stopped_by, report_id, warned, judged,
       next_at
  FROM clock
 WHERE mode = $1 AND next_at <= $2
 ORDER BY next_at
 LIMIT $3
   FOR UPDATE SKIP LOCKED
