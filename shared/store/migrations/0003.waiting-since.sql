-- depends: 0002.sealing
-- Why:    a message that waits here, for an earlier one, a retry or a newer version, was received when it was first
--         committed: an office is not late because its message waited at the receiver.
-- Safe:   adds columns with a value for what waits already; the running version does not name them.
-- Locks:  short ones on two small tables.

-- Business time of the first commit here. What waited before this migration has only the machine's time.
ALTER TABLE stash ADD COLUMN heard_at timestamptz NOT NULL DEFAULT clock_timestamp();
UPDATE stash SET heard_at = stashed_at;
ALTER TABLE held_message ADD COLUMN heard_at timestamptz NOT NULL DEFAULT clock_timestamp();
UPDATE held_message SET heard_at = first_failed_at;
