-- Remove sessions that ended, were left idle, or failures nobody counts any more.
DELETE FROM session WHERE ends_at <= $1 OR seen_at <= $2
