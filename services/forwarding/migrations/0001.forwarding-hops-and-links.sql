-- depends: 0001.messaging
-- Why:    hops with their receipts, what crossed each link and what has no receipt yet, heartbeats, sites' keys.
-- Safe:   creates tables only.
-- Locks:  none that matter; the tables are new.

-- One hop seen from here. direction OUT: sent by an office here; IN: received here (both, when inside this site).
CREATE TABLE submission (
    submission_id  uuid NOT NULL,
    direction      text NOT NULL CHECK (direction IN ('OUT', 'IN')),
    report_id      uuid NOT NULL,
    from_office    text NOT NULL,
    to_office      text NOT NULL,
    is_copy        boolean NOT NULL,
    version_hash   text NOT NULL,
    signed_at      timestamptz NOT NULL,
    queued_at      timestamptz NOT NULL,
    received_at    timestamptz,
    PRIMARY KEY (submission_id, direction)
);
CREATE INDEX submission_report ON submission (report_id);
CREATE INDEX submission_unreceipted ON submission (queued_at) WHERE direction = 'OUT' AND received_at IS NULL;

-- What left over a link and has no receipt yet; the receipt removes the row, the log keeps the fact.
CREATE TABLE crossing (
    peer            text NOT NULL,
    event_id        uuid NOT NULL,
    lane            text NOT NULL,
    frame           bytea NOT NULL,
    sent_after_beat bigint NOT NULL,
    attempts        integer NOT NULL DEFAULT 1,
    first_sent_at   timestamptz NOT NULL,
    last_sent_at    timestamptz NOT NULL,
    PRIMARY KEY (peer, event_id)
);
CREATE INDEX crossing_lane_sent ON crossing (peer, lane, sent_after_beat);

-- Per neighbour and lane: heartbeats sent and heard, and whether the link counts as up.
CREATE TABLE link (
    peer         text NOT NULL,
    lane         text NOT NULL,
    last_beat    bigint NOT NULL DEFAULT 0,
    heard_beat   bigint NOT NULL DEFAULT 0,
    echoed_beat  bigint NOT NULL DEFAULT 0,
    heard_at     timestamptz NOT NULL,
    clock_offset interval,
    state        text NOT NULL CHECK (state IN ('UP', 'DOWN')),
    PRIMARY KEY (peer, lane)
);

-- When links were silent: evidence of this end for certifying an outage.
CREATE TABLE outage (
    outage_id uuid PRIMARY KEY,
    peer      text NOT NULL,
    lane      text NOT NULL,
    silent_since timestamptz NOT NULL,
    ended_at  timestamptz
);

-- Public keys of sites. A key proves what a site stated.
CREATE TABLE site_key (
    key_id     text PRIMARY KEY,
    site       text NOT NULL,
    algorithm  text NOT NULL,
    public_key bytea NOT NULL,
    valid_from timestamptz NOT NULL,
    revoked_at timestamptz
);
