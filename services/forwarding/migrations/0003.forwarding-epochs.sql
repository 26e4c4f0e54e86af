-- depends: 0002.forwarding-witnesses
-- Why:    a neighbour restored from a backup counts its heartbeats from earlier on, in a new epoch of its database.
-- Safe:   adds a column with a default; the running version does not read it.
-- Locks:  link for an instant; it has two rows per neighbour.

ALTER TABLE link ADD COLUMN heard_epoch integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN link.heard_epoch IS 'epoch of the neighbour in which heard_beat was counted';
