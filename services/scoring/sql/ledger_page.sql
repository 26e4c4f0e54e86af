-- One page of a unit's lines in one ledger, newest entry first. $5: only lines below this number.
SELECT line_no, entry_id, assessor, unit, item, kind, family, level, rule_set, rule_code, rule_version, points, veto,
       reason, arithmetic, evidence, fact_id, report_id, report_number, earned_at, period, entered_at, reverses
  FROM ledger_line
 WHERE assessor = $1
   AND unit = $2
   AND period BETWEEN $3 AND $4
   AND ($5::bigint IS NULL OR line_no < $5)
 ORDER BY line_no DESC
 LIMIT $6
