-- Empty a lane's outbox of what the broker has confirmed.
DELETE FROM outbox_pending
 WHERE lane = $1
   AND seq = ANY ($2::bigint[])
