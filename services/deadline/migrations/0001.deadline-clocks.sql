-- depends:
-- Why:    deadline keeps for ever the facts it applied (who knew what when, what arrived when), the clocks they
--         opened and stopped, the verdicts that follow, and every published version of the rules.
-- Safe:   creates tables only.
-- Locks:  none that matter; the tables are new.

-- Published versions of the rules. The one with the latest effective_from at a clock's start governs it.
CREATE TABLE rule_set (
    rule_set_id    text NOT NULL,
    version        integer NOT NULL CHECK (version >= 1),
    digest         text NOT NULL,
    effective_from timestamptz NOT NULL,
    effective_to   timestamptz,
    body           text NOT NULL,
    published_at   timestamptz NOT NULL,
    PRIMARY KEY (rule_set_id, version)
);
CREATE INDEX rule_set_effective ON rule_set (effective_from DESC, published_at DESC);

-- One row per matter (incident or ticket) and unit. Locking it puts that duty's facts in a line; ``facts`` counts
-- them, so that the first one knows that there is nothing else to read.
CREATE TABLE duty (
    matter text NOT NULL,
    unit   text NOT NULL,
    facts  integer NOT NULL,
    PRIMARY KEY (matter, unit)
);

-- When a unit knew (获知). Never changed; an earlier known_at is another row. What a drill says moves drills' clocks only.
CREATE TABLE awareness (
    awareness_id uuid PRIMARY KEY,
    matter       text NOT NULL,
    unit         text NOT NULL,
    office       text NOT NULL,
    known_at     timestamptz NOT NULL,
    occurred_at  timestamptz,
    recorded_at  timestamptz NOT NULL,
    how          text NOT NULL,
    evidence     text NOT NULL,
    kind         text NOT NULL,
    place        text NOT NULL,
    severity     text NOT NULL,
    sensitive    boolean NOT NULL,
    must_report  boolean NOT NULL,
    mode         text NOT NULL
);
CREATE INDEX awareness_duty ON awareness (matter, unit);

-- What was given in answer to a duty: a call, a written report, a reply. ``recipient`` is null when the fact does
-- not name it. Kept from before the duty is known, because senders do not wait for each other. sent_back_at: a reply
-- that was returned answers nothing any more.
CREATE TABLE answer (
    answer_id text PRIMARY KEY,
    matter    text NOT NULL,
    unit      text NOT NULL,
    recipient text,
    channel   text NOT NULL CHECK (channel IN ('PHONE', 'WRITTEN', 'REPLY')),
    at        timestamptz NOT NULL,
    report_id uuid,
    evidence  text NOT NULL,
    mode      text NOT NULL,
    sent_back_at timestamptz
);
CREATE INDEX answer_duty ON answer (matter, unit);

-- Clocks. A recomputation supersedes a row and opens the next ordinal; nothing is removed.
-- ``next_at`` is the next instant at which the scanner has something to say, null when it has nothing more.
CREATE TABLE clock (
    clock_id      uuid PRIMARY KEY,
    mode          text NOT NULL,
    matter        text NOT NULL,
    unit          text NOT NULL,
    recipient     text NOT NULL,
    leg           text NOT NULL,
    stage         text NOT NULL,
    ordinal       integer NOT NULL,
    binding       boolean NOT NULL,
    title         text NOT NULL,
    basis         text NOT NULL,
    basis_time    timestamptz NOT NULL,
    due_at        timestamptz NOT NULL,
    late_from     timestamptz NOT NULL,
    omitted_at    timestamptz,
    precision     text NOT NULL,
    rule_set_id   text NOT NULL,
    rule_id       text NOT NULL,
    rule_version  integer NOT NULL,
    sum_text      text NOT NULL,
    basis_evidence text NOT NULL,
    warn_percent  smallint[] NOT NULL,
    answered_at   text[] NOT NULL,
    state         text NOT NULL CHECK (state IN ('OPEN', 'EXPIRED', 'STOPPED', 'CLOSED', 'SUPERSEDED')),
    started_at    timestamptz NOT NULL,
    stopped_at    timestamptz,
    report_id     uuid,
    stopped_by    text,
    warned        smallint NOT NULL DEFAULT 0,
    judged        boolean NOT NULL DEFAULT false,
    next_at       timestamptz,
    UNIQUE (matter, unit, recipient, leg, stage, ordinal)
);
CREATE INDEX clock_next ON clock (mode, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX clock_unit_running ON clock (unit, late_from) WHERE state IN ('OPEN', 'EXPIRED');
CREATE INDEX clock_recipient_running ON clock (recipient, late_from) WHERE state IN ('OPEN', 'EXPIRED');

-- Verdicts on binding clocks. PROPOSED waits for a person; SETTLED is an ON_TIME of the engine; FINAL is a person's;
-- WITHDRAWN was overtaken by a later fact and is kept. ``seq`` is the order in which they were made.
CREATE TABLE verdict (
    verdict_id    uuid PRIMARY KEY,
    seq           bigint GENERATED ALWAYS AS IDENTITY,
    clock_id      uuid NOT NULL REFERENCES clock (clock_id),
    mode          text NOT NULL,
    matter        text NOT NULL,
    unit          text NOT NULL,
    owed_to       text NOT NULL,
    leg           text NOT NULL,
    type          text NOT NULL,
    minutes_late  integer NOT NULL,
    arithmetic    text NOT NULL,
    rule_set_id   text NOT NULL,
    rule_id       text NOT NULL,
    rule_version  integer NOT NULL,
    evidence      text[] NOT NULL,
    report_id     uuid,
    state         text NOT NULL CHECK (state IN ('PROPOSED', 'SETTLED', 'FINAL', 'WITHDRAWN')),
    revision      integer NOT NULL DEFAULT 1,
    proposed_at   timestamptz NOT NULL,
    withdrawn_at  timestamptz,
    proposed_type text NOT NULL,
    decision      text,
    reason        text NOT NULL DEFAULT '',
    scored        boolean NOT NULL DEFAULT false,
    finalised_at  timestamptz,
    finalised_by  text,
    finalised_by_name text
);
CREATE UNIQUE INDEX verdict_one_open ON verdict (clock_id) WHERE state IN ('PROPOSED', 'SETTLED');
CREATE INDEX verdict_matter ON verdict (matter, unit);
CREATE INDEX verdict_unit ON verdict (unit, seq) WHERE state IN ('PROPOSED', 'FINAL');
CREATE INDEX verdict_owed_to ON verdict (owed_to, seq) WHERE state IN ('PROPOSED', 'FINAL');

-- Verdicts that the site of the office owed made final: they end the warning copies here. Kept, because they may be
-- heard before the duty is.
CREATE TABLE final_elsewhere (
    verdict_id   uuid PRIMARY KEY,
    matter       text NOT NULL,
    unit         text NOT NULL,
    owed_to      text NOT NULL,
    leg          text NOT NULL,
    finalised_at timestamptz NOT NULL,
    mode         text NOT NULL
);
CREATE INDEX final_elsewhere_duty ON final_elsewhere (matter, unit);

-- Agencies' signals (线索), as facts for the duty desk; matching them with incidents comes later.
CREATE TABLE signal (
    signal_id   uuid PRIMARY KEY,
    agency      text NOT NULL,
    source      text NOT NULL,
    at          timestamptz NOT NULL,
    occurred_at timestamptz,
    place       text NOT NULL,
    territory   text,
    kind        text NOT NULL,
    dead        integer,
    missing     integer,
    injured     integer,
    gist        text NOT NULL,
    received_at timestamptz NOT NULL,
    mode        text NOT NULL
);
CREATE INDEX signal_received ON signal (received_at DESC, signal_id DESC);

-- When links were silent: the evidence for certifying an outage. One row per statement of the forwarding service.
CREATE TABLE link_fact (
    fact_id   uuid PRIMARY KEY,
    peer      text NOT NULL,
    lane      text NOT NULL,
    state     text NOT NULL CHECK (state IN ('DOWN', 'UP')),
    since     timestamptz NOT NULL,
    stated_at timestamptz NOT NULL
);
CREATE INDEX link_fact_peer ON link_fact (peer, stated_at);
