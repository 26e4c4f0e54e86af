-- Reports that a unit adopted, newest first. $2: only rows below this number.
SELECT report.row_no, report.report_id, report.unit, report.mode, report.number, report.title, report.nature,
       report.urgency, report.origin_office, report.units, report.offices, report.publication, report.issue_number,
       report.adopted_at,
       (SELECT count(*) FROM instruction WHERE instruction.report_id = report.report_id
                                           AND instruction.unit = report.unit) AS instructions
  FROM adopted_report AS report
 WHERE report.unit = $1
   AND ($2::bigint IS NULL OR report.row_no < $2)
 ORDER BY report.row_no DESC
 LIMIT $3
