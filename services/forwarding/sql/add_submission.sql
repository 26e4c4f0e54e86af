-- Remember a hop. A repeat changes nothing and answers nothing.
INSERT INTO submission (submission_id, direction, report_id, from_office, to_office, is_copy, version_hash, signed_at,
                        queued_at, received_at)
SELECT t.submission_id, t.direction, t.report_id, t.from_office, t.to_office, t.is_copy, t.version_hash, t.signed_at,
       t.queued_at, t.received_at
  FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::boolean[], $7::text[],
              $8::timestamptz[], $9::timestamptz[], $10::timestamptz[])
       AS t (submission_id, direction, report_id, from_office, to_office, is_copy, version_hash, signed_at, queued_at,
             received_at)
    ON CONFLICT (submission_id, direction) DO NOTHING
