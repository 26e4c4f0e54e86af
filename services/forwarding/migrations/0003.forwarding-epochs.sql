-- depends: 0002.forwarding-witnesses
-- Why:    a neighbour restored from a backup counts its heartbeats from earlier on, in a new epoch of its database;
--         and clocks are compared only by heartbeats that did not wait on the way.
-- Safe:   adds columns, with a default or empty; the running version does not read them.
-- Locks:  link for an instant; it has two rows per neighbour.

ALTER TABLE link ADD COLUMN heard_epoch integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN link.heard_epoch IS 'epoch of the neighbour in which heard_beat was counted';
ALTER TABLE link ADD COLUMN heard_sent_at timestamptz;
COMMENT ON COLUMN link.heard_sent_at IS 'when heard_beat left, by the neighbour''s machine clock';
