-- Store what agencies stated, each event of an agency once in each mode; the ids that are new come back.
INSERT INTO signal (signal_id, agency, agency_event_id, source, at, occurred_at, place, territory, kind, dead, missing,
                    injured, gist, received_at, mode, body)
SELECT s.signal_id, s.agency, s.agency_event_id, s.source, s.at, s.occurred_at, s.place, s.territory, s.kind, s.dead,
       s.missing, s.injured, s.gist, $14, s.mode, s.body
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::text[],
              $8::text[], $9::text[], $10::integer[], $11::integer[], $12::integer[], $13::text[], $15::text[],
              $16::bytea[])
       AS s (signal_id, agency, agency_event_id, source, at, occurred_at, place, territory, kind, dead, missing,
             injured, gist, mode, body)
 ORDER BY s.agency, s.agency_event_id, s.mode, s.signal_id
    ON CONFLICT (agency, agency_event_id, mode) DO NOTHING
RETURNING signal_id
