-- Some reports as they came to an office.
SELECT report_id, office, number, title, body, type, nature, urgency, incident_id, origin_office, from_office,
       contributor, units, way, is_copy, received_at, traceparent, mode
  FROM candidate
 WHERE office = $1
   AND report_id = ANY ($2::uuid[])
