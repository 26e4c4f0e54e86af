-- depends: 0001.intake-originals
-- Why:    intake proves when a unit knew and whom it called, and takes incident events from agencies.
-- Safe:   creates tables only.
-- Locks:  none that matter; the tables are new.

-- When a unit knew (获知). REGISTERED by a person, or ARRIVAL: the first urgent report of its grade reached it.
CREATE TABLE awareness (
    awareness_id     uuid PRIMARY KEY,
    incident_id      uuid NOT NULL,
    unit             text NOT NULL,
    office           text NOT NULL,
    origin           text NOT NULL CHECK (origin IN ('REGISTERED', 'ARRIVAL')),
    idempotency_key  text,
    request_hash     text,
    known_at         timestamptz NOT NULL,
    occurred_at      timestamptz,
    recorded_at      timestamptz NOT NULL,
    recorded_by      text,
    how              text NOT NULL,
    evidence         text NOT NULL,
    kind             text NOT NULL,
    place            text NOT NULL,
    dead             integer,
    missing          integer,
    severely_injured integer,
    injured          integer,
    direct_loss_yuan bigint,
    severity         text NOT NULL,
    sensitive        boolean NOT NULL,
    must_report      boolean NOT NULL,
    gist             text NOT NULL,
    mode             text NOT NULL,
    announced        boolean NOT NULL,
    CHECK ((origin = 'REGISTERED') = (idempotency_key IS NOT NULL)),
    UNIQUE (office, idempotency_key)
);
CREATE UNIQUE INDEX awareness_first_arrival ON awareness (incident_id, unit, mode, severity) WHERE origin = 'ARRIVAL';
CREATE INDEX awareness_incident ON awareness (incident_id, unit, known_at);
CREATE INDEX awareness_unit ON awareness (unit, awareness_id);

CREATE TABLE phone_report (
    phone_report_id uuid PRIMARY KEY,
    incident_id     uuid NOT NULL,
    unit            text NOT NULL,
    from_office     text NOT NULL,
    to_office       text NOT NULL,
    caller          text NOT NULL,
    callee          text NOT NULL,
    at              timestamptz NOT NULL,
    acknowledgement text NOT NULL,
    gist            text NOT NULL,
    recorded_at     timestamptz NOT NULL,
    recorded_by     text NOT NULL,
    idempotency_key text NOT NULL,
    request_hash    text NOT NULL,
    mode            text NOT NULL,
    UNIQUE (from_office, idempotency_key)
);
CREATE INDEX phone_report_unit ON phone_report (unit, phone_report_id);

-- What agencies stated (线索). Immutable; ``body`` is the message as it came. A number rehearsed is still free.
CREATE TABLE signal (
    signal_id       uuid PRIMARY KEY,
    agency          text NOT NULL,
    agency_event_id text NOT NULL,
    source          text NOT NULL,
    at              timestamptz NOT NULL,
    occurred_at     timestamptz,
    place           text NOT NULL,
    territory       text,
    kind            text NOT NULL,
    dead            integer,
    missing         integer,
    injured         integer,
    gist            text NOT NULL,
    received_at     timestamptz NOT NULL,
    mode            text NOT NULL,
    body            bytea NOT NULL,
    UNIQUE (agency, agency_event_id, mode)
);

-- What agencies sent and intake did not take. The body is kept unless it bears a secrecy mark or is oversized.
CREATE TABLE refused_agency_message (
    refusal_id  uuid PRIMARY KEY,
    agency      text NOT NULL,
    cause       text NOT NULL,
    detail      text NOT NULL,
    size_bytes  integer NOT NULL,
    body_hash   text NOT NULL,
    body        bytea,
    first_at    timestamptz NOT NULL,
    last_at     timestamptz NOT NULL,
    times       integer NOT NULL,
    UNIQUE (agency, cause, body_hash)
);

-- What each message was answered.
CREATE TABLE agency_answer (
    answer_id       uuid PRIMARY KEY,
    agency          text NOT NULL,
    agency_event_id text,
    outcome         text NOT NULL CHECK (outcome IN ('ACCEPTED', 'DUPLICATE', 'REFUSED')),
    cause           text,
    body            bytea NOT NULL,
    answered_at     timestamptz NOT NULL
);
CREATE INDEX agency_answer_agency ON agency_answer (agency, answer_id);
