-- depends: 0003.forwarding-epochs
-- Why:    a crossing that the other site could not apply was forgotten like one that it applied: nobody here saw it.
-- Safe:   adds columns that may be empty and a table; the running version deletes on every receipt, as before.
-- Locks:  crossing for as long as its index is built; it holds what has no receipt.

-- fate: what the other site last said of it, PARKED or DEFERRED; NULL while it has said nothing. Applied: no row.
ALTER TABLE crossing ADD COLUMN fate text CHECK (fate IN ('PARKED', 'DEFERRED'));
ALTER TABLE crossing ADD COLUMN fate_at timestamptz;
ALTER TABLE crossing ADD COLUMN submission_id uuid;
CREATE INDEX crossing_submission ON crossing (submission_id) WHERE submission_id IS NOT NULL;

-- What came over a link and is held here, and what its sender was told of it. Goes when it is applied or discarded.
CREATE TABLE held_arrival (
    peer     text NOT NULL,
    event_id uuid NOT NULL,
    lane     text NOT NULL,
    held_id  uuid NOT NULL REFERENCES held_message (held_id),
    told     text NOT NULL,
    PRIMARY KEY (peer, event_id)
);
