-- Note that a report arrived here. What comes later brings newer wording; the first arrival keeps its time and way.
-- $16: when it arrived, first and last at once.
INSERT INTO candidate AS known (
       report_id, office, number, title, body, type, nature, urgency, incident_id, origin_office, from_office,
       contributor, units, way, is_copy, received_at, traceparent, mode,
       last_received_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $16)
ON CONFLICT (report_id, office) DO UPDATE
   SET title = excluded.title, body = excluded.body, nature = excluded.nature, urgency = excluded.urgency,
       incident_id = excluded.incident_id, is_copy = known.is_copy AND excluded.is_copy,
       traceparent = excluded.traceparent,
       last_received_at = greatest(known.last_received_at, excluded.last_received_at)
