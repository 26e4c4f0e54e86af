-- How a report of ours stands, locked until the transaction ends; no row for reports of other sites.
SELECT office, state, state_since, last_version
  FROM report
 WHERE report_id = $1
   FOR UPDATE
