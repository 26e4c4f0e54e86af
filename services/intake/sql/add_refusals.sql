-- Store what was not taken from agencies; the same message refused again for the same cause is counted.
INSERT INTO refused_agency_message AS m (refusal_id, agency, cause, detail, size_bytes, body_hash, body, first_at,
                                         last_at, times)
SELECT r.refusal_id, r.agency, r.cause, r.detail, r.size_bytes, r.body_hash, r.body, $8, $8, r.times
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::bytea[], $9::integer[])
       AS r (refusal_id, agency, cause, detail, size_bytes, body_hash, body, times)
 ORDER BY r.agency, r.cause, r.body_hash
    ON CONFLICT (agency, cause, body_hash) DO UPDATE SET times = m.times + excluded.times, last_at = excluded.last_at
