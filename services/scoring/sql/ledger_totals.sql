-- Sum per unit and rule code of one ledger, all time.
SELECT unit, rule_code, sum(points) AS points
  FROM ledger_line
 WHERE assessor = $1
 GROUP BY unit, rule_code
