-- Reports that came to an office, before a given one: newest first.
SELECT *
  FROM standing_candidate AS c
 WHERE c.office = $1
   AND (c.received_at, c.report_id) < ($2, $3)
   AND (c.urgency <> 'ROUTINE' OR NOT $5::boolean)
 ORDER BY c.received_at DESC, c.report_id DESC
 LIMIT $4
