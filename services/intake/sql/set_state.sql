-- Store how a report stands at its origin, and the highest version number used so far.
UPDATE report
   SET state = $2, state_since = $3, last_version = greatest(last_version, $4)
 WHERE report_id = $1
