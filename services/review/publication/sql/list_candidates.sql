-- Reports that came to an office, before a given one: newest first.
SELECT report_id, office, number, title, body, type, nature, urgency, incident_id, origin_office, from_office,
       contributor, units, way, is_copy, received_at, traceparent, mode
  FROM candidate
 WHERE office = $1
   AND (received_at, report_id) < ($2, $3)
   AND (urgency <> 'ROUTINE' OR NOT $5::boolean)
 ORDER BY received_at DESC, report_id DESC
 LIMIT $4
