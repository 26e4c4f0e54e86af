-- Open clocks, given as a JSON list.
INSERT INTO clock (clock_id, mode, matter, unit, recipient, leg, stage, ordinal, binding, title, basis, basis_time, due_at, late_from,
       omitted_at, precision, rule_set_id, rule_id, rule_version, sum_text, basis_evidence, warn_percent, answered_at, answered_by, state,
       started_at, stopped_at, stopped_by, report_id, warned, judged,
       next_at)
SELECT clock_id, mode, matter, unit, recipient, leg, stage, ordinal, binding, title, basis, basis_time, due_at, late_from,
       omitted_at, precision, rule_set_id, rule_id, rule_version, sum_text, basis_evidence, warn_percent, answered_at, answered_by, state,
       started_at, stopped_at, stopped_by, report_id, warned, judged,
       next_at
  FROM jsonb_to_recordset($1::jsonb) AS opened (
       clock_id uuid, mode text, matter text, unit text, recipient text, leg text, stage text, ordinal integer,
       binding boolean, title text, basis text, basis_time timestamptz, due_at timestamptz, late_from timestamptz,
       omitted_at timestamptz, precision text, rule_set_id text, rule_id text, rule_version integer, sum_text text,
       basis_evidence text, warn_percent smallint[], answered_at text[], answered_by text, state text, started_at timestamptz, stopped_at timestamptz,
       stopped_by text, report_id uuid, warned smallint, judged boolean, next_at timestamptz)
