-- depends: 0004.inbox-pruned
-- Why:    a deferred message that waits for something to be published has a next attempt, as a retrying one has; the
--         beat that looks for what is due, every second, finds both in one index.
-- Safe:   adds an index. The running version looks for retrying ones alone and keeps its own index, held_message_due,
--         which a later release drops.
-- Locks:  SHARE on held_message while the index is built over what is held, which is little.
SET LOCAL lock_timeout = '3s';

CREATE INDEX held_message_next ON held_message (next_attempt_at) WHERE state IN ('RETRYING', 'DEFERRED');
