-- Add what offices stated to the way of a report of ours; repeats and reports of other sites change nothing.
INSERT INTO way_milestone (report_id, office, kind, ref, at, detail)
SELECT report.report_id, m.office, m.kind, m.ref, m.at, m.detail::jsonb
  FROM report
 CROSS JOIN unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[])
            AS m (office, kind, ref, at, detail)
 WHERE report.report_id = $1
    ON CONFLICT (report_id, office, kind, ref) DO NOTHING
