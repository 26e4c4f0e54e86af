-- Whether a message of a lane is due.
SELECT EXISTS (SELECT FROM outbox_pending AS p WHERE p.lane = $1 AND p.next_attempt_at <= $2)
