-- One adopted report, as a unit holds it.
SELECT row_no, report_id, unit, mode, number, title, nature, urgency, origin_office, units, offices, publication,
       issue_number, adopted_at
  FROM adopted_report
 WHERE report_id = $1
   AND unit = $2
