-- Append lines to the ledger, in the order given. Evidence travels as JSON: arrays of arrays must be rectangular.
INSERT INTO ledger_line (entry_id, assessor, unit, item, kind, family, level, rule_set, rule_code, rule_version,
                         points, tally, veto, reason, arithmetic, evidence, fact_id, report_id, report_number,
                         earned_at, period, entered_at, reverses)
SELECT line.entry_id, line.assessor, line.unit, line.item, line.kind, line.family, line.level, line.rule_set,
       line.rule_code, line.rule_version, line.points, line.tally, line.veto, line.reason, line.arithmetic,
       ARRAY(SELECT jsonb_array_elements_text(line.evidence)), line.fact_id, line.report_id, line.report_number,
       line.earned_at, line.period, $2, line.reverses
  FROM ROWS FROM (jsonb_to_recordset($1::jsonb)
         AS (entry_id uuid, assessor text, unit text, item text, kind text, family text, level text, rule_set text,
             rule_code text, rule_version integer, points numeric, tally smallint, veto boolean, reason text,
             arithmetic text, evidence jsonb, fact_id uuid, report_id uuid, report_number text,
             earned_at timestamptz, period text, reverses uuid))
       WITH ORDINALITY AS line (entry_id, assessor, unit, item, kind, family, level, rule_set, rule_code,
             rule_version, points, tally, veto, reason, arithmetic, evidence, fact_id, report_id, report_number,
             earned_at, period, reverses, place)
 ORDER BY line.place
