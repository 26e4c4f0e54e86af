-- depends: 0001.messaging
-- Why:    each service's log gets dense positions and chained Merkle seals, so that a change to a fact that another
--         site has witnessed can be shown to anybody (docs/reference/log.md).
-- Safe:   adds tables and an index; the running version does not know them.
-- Locks:  blocks writes to event_log while the index is built: seconds per million facts.

-- Which facts are sealed, in the order of their transactions. The leaf stays when a body has to be expunged.
-- Insert only.
CREATE TABLE sealed_fact (
    position bigint PRIMARY KEY,
    event_id uuid NOT NULL UNIQUE,
    batch    bigint NOT NULL,
    leaf     bytea NOT NULL CHECK (length(leaf) = 32)
);

-- Closed batches, each chained to the one before. horizon: every fact that a transaction below it recorded is sealed;
-- none while the first look of an epoch at the whole log is not done. Insert only.
CREATE TABLE seal (
    batch          bigint PRIMARY KEY,
    epoch          integer NOT NULL,
    first_position bigint NOT NULL,
    last_position  bigint NOT NULL,
    root           bytea NOT NULL CHECK (length(root) = 32),
    previous       bytea NOT NULL CHECK (length(previous) = 32),
    head           bytea NOT NULL CHECK (length(head) = 32),
    horizon        xid8,
    sealed_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (last_position >= first_position - 1)
);

CREATE INDEX event_log_recorded_by ON event_log (recorded_by, event_id);
