-- Remember what the scanner told, for a batch of clocks given as a JSON list.
UPDATE clock
   SET state = told.state, warned = told.warned, judged = told.judged, next_at = told.next_at
  FROM jsonb_to_recordset($1::jsonb) AS told (
       clock_id uuid, state text, warned smallint, judged boolean, next_at timestamptz)
 WHERE clock.clock_id = told.clock_id
