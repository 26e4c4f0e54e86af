-- Lines of one item in every assessor's ledger here, without those taken back as corrections and the corrections.
SELECT line.entry_id, line.assessor, line.unit, line.item, line.kind, line.family, line.level, line.rule_set,
       line.rule_code, line.rule_version, line.points, line.tally, line.veto, line.reason, line.arithmetic,
       line.evidence, line.fact_id, line.report_id, line.report_number, line.earned_at, line.period, line.reverses
  FROM ledger_line AS line
 WHERE line.item = $1
   AND line.kind <> 'CORRECTION'
   AND NOT EXISTS (SELECT FROM ledger_line AS correction
                    WHERE correction.item = line.item
                      AND correction.kind = 'CORRECTION'
                      AND correction.reverses = line.entry_id)
 ORDER BY line.line_no
