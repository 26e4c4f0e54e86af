-- Stop clocks, given as a JSON list, at the earliest answer known.
UPDATE clock
   SET state = 'STOPPED', stopped_at = stopped.stopped_at, stopped_by = stopped.stopped_by,
       report_id = stopped.report_id, judged = stopped.judged, next_at = NULL
  FROM jsonb_to_recordset($1::jsonb) AS stopped (
       clock_id uuid, stopped_at timestamptz, stopped_by text, report_id uuid, judged boolean)
 WHERE clock.clock_id = stopped.clock_id
