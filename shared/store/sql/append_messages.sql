-- Write messages that are no events of the chain (a link's frames) to the outbox, and tell the relays.
WITH message AS (
    INSERT INTO outbox_pending (lane, exchange, routing_key, headers, body)
    SELECT t.lane, t.exchange, t.routing_key, t.headers, t.body
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[])
           AS t (lane, exchange, routing_key, headers, body)
)
SELECT pg_notify($6, $7)
