-- Lines of one ledger in the order entered; $2 narrows to one unit, NULL takes all.
SELECT line_no, entry_id, assessor, unit, item, kind, family, level, rule_set, rule_code, rule_version, points, veto,
       reason, arithmetic, evidence, fact_id, report_id, report_number, earned_at, period, entered_at, reverses
  FROM ledger_line
 WHERE assessor = $1
   AND ($2::text IS NULL OR unit = $2)
   AND period BETWEEN $3 AND $4
 ORDER BY line_no
 LIMIT $5
