-- Write facts to the log and their messages to the outbox, and tell the relays that are listening.
WITH fact AS (
    INSERT INTO event_log (event_id, type, subject, office, mode, carried, occurred_at, body)
    SELECT t.event_id, t.type, t.subject, t.office, t.mode, t.carried, t.occurred_at, t.body
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::timestamptz[],
                  $8::bytea[])
           AS t (event_id, type, subject, office, mode, carried, occurred_at, body)
), message AS (
    INSERT INTO outbox_pending (event_id, lane, exchange, routing_key, headers)
    SELECT t.event_id, t.lane, t.exchange, t.routing_key, t.headers
      FROM unnest($1::uuid[], $9::text[], $10::text[], $11::text[], $12::text[])
           AS t (event_id, lane, exchange, routing_key, headers)
     WHERE t.routing_key <> ''
)
SELECT pg_notify($13, $14)
