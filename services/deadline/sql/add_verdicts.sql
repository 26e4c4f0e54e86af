-- Keep new verdicts, given as a JSON list in the order they are to be numbered.
INSERT INTO verdict (verdict_id, clock_id, mode, matter, unit, owed_to, leg, type, proposed_type, minutes_late,
                     arithmetic, rule_set_id, rule_id, rule_version, evidence, report_id, state, proposed_at,
                     finalised_at, finalised_by)
SELECT verdict_id, clock_id, mode, matter, unit, owed_to, leg, type, type, minutes_late,
       arithmetic, rule_set_id, rule_id, rule_version, evidence, report_id, state, proposed_at,
       CASE state WHEN 'SETTLED' THEN proposed_at END, CASE state WHEN 'SETTLED' THEN 'engine' END
  FROM jsonb_to_recordset($1::jsonb) AS added (
       verdict_id uuid, clock_id uuid, mode text, matter text, unit text, owed_to text, leg text, type text,
       minutes_late integer, arithmetic text, rule_set_id text, rule_id text, rule_version integer, evidence text[],
       report_id uuid, state text, proposed_at timestamptz)
