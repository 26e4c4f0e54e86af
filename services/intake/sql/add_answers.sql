-- Store what agencies were answered.
INSERT INTO agency_answer (answer_id, agency, agency_event_id, outcome, cause, body, answered_at)
SELECT a.answer_id, a.agency, a.agency_event_id, a.outcome, a.cause, a.body, $7
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[])
       AS a (answer_id, agency, agency_event_id, outcome, cause, body)
