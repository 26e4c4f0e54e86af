-- Empty the outbox of what the broker has confirmed.
DELETE FROM outbox_pending
 WHERE seq = ANY ($1::bigint[])
