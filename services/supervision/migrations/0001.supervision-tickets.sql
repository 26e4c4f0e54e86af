-- depends:
-- Why:    instructions and tickets of the offices here, and what the offices here hold of tickets issued elsewhere.
-- Safe:   new tables only.
-- Locks:  none that anyone waits for.
CREATE TABLE adopted_report (
    row_no         bigint      GENERATED ALWAYS AS IDENTITY,
    report_id      uuid        NOT NULL,
    unit           text        NOT NULL,
    mode           text        NOT NULL,
    number         text        NOT NULL,
    title          text        NOT NULL,
    nature         text        NOT NULL,
    urgency        text        NOT NULL,
    origin_office  text        NOT NULL,
    units          text[]      NOT NULL,
    offices        text[]      NOT NULL,
    publication    text        NOT NULL,
    issue_number   text        NOT NULL,
    adopted_at     timestamptz NOT NULL,
    PRIMARY KEY (report_id, unit)
);

CREATE INDEX adopted_report_unit ON adopted_report (unit, row_no DESC);

CREATE TABLE instruction (
    instruction_id   uuid        PRIMARY KEY,
    office           text        NOT NULL,
    unit             text        NOT NULL,
    idempotency_key  text        NOT NULL,
    report_id        uuid        NOT NULL,
    number           text        NOT NULL,
    title            text        NOT NULL,
    leader           text        NOT NULL,
    rank             text        NOT NULL,
    text             text        NOT NULL,
    disposition      text        NOT NULL,
    given_at         timestamptz NOT NULL,
    recorded_at      timestamptz NOT NULL,
    recorded_by      text        NOT NULL,
    ticket_id        uuid,
    UNIQUE (office, idempotency_key),
    FOREIGN KEY (report_id, unit) REFERENCES adopted_report (report_id, unit)
);

CREATE INDEX instruction_unit ON instruction (unit, instruction_id DESC);
CREATE INDEX instruction_report ON instruction (report_id, given_at);

CREATE TABLE ticket_count (
    issuer  text    NOT NULL,
    day     date    NOT NULL,
    mode    text    NOT NULL,
    last    integer NOT NULL,
    PRIMARY KEY (issuer, day, mode)
);

CREATE TABLE ticket (
    ticket_id       uuid        PRIMARY KEY,
    instruction_id  uuid        NOT NULL REFERENCES instruction (instruction_id),
    report_id       uuid        NOT NULL,
    mode            text        NOT NULL,
    number          text        NOT NULL,
    title           text        NOT NULL,
    issuer          text        NOT NULL,
    lead            text        NOT NULL,
    co              text[]      NOT NULL,
    urgency         text        NOT NULL,
    leader          text        NOT NULL,
    text            text        NOT NULL,
    limit_code      text        NOT NULL,
    due_on_request  timestamptz,
    registered_at   timestamptz NOT NULL,
    state           text        NOT NULL,
    outcome         text        NOT NULL DEFAULT '',
    lessons         text        NOT NULL DEFAULT '',
    revision        integer     NOT NULL,
    changed_by      text        NOT NULL,
    changed_at      timestamptz NOT NULL
);

CREATE INDEX ticket_issuer ON ticket (issuer, ticket_id DESC);

CREATE TABLE ticket_copy (
    ticket_id       uuid        NOT NULL,
    office          text        NOT NULL,
    party           text        NOT NULL,
    report_id       uuid        NOT NULL,
    mode            text        NOT NULL,
    number          text        NOT NULL,
    title           text        NOT NULL,
    issuer          text        NOT NULL,
    lead            text        NOT NULL,
    co              text[]      NOT NULL,
    urgency         text        NOT NULL,
    leader          text        NOT NULL,
    text            text        NOT NULL,
    limit_code      text        NOT NULL,
    due_on_request  timestamptz,
    registered_at   timestamptz NOT NULL,
    state           text        NOT NULL,
    confirmation    text        NOT NULL,
    outcome         text        NOT NULL DEFAULT '',
    lessons         text        NOT NULL DEFAULT '',
    revision        integer     NOT NULL,
    changed_by      text        NOT NULL,
    changed_at      timestamptz NOT NULL,
    PRIMARY KEY (ticket_id, office)
);

CREATE INDEX ticket_copy_office ON ticket_copy (office, ticket_id DESC);

-- History. side: OWNER for the issuer's record, COPY for what the addressed office did and heard.
CREATE TABLE ticket_step (
    step_no    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ticket_id  uuid        NOT NULL,
    side       text        NOT NULL CHECK (side IN ('OWNER', 'COPY')),
    act        text        NOT NULL,
    office     text        NOT NULL,
    by_name    text        NOT NULL,
    text       text        NOT NULL,
    co_signed  text[]      NOT NULL,
    at         timestamptz NOT NULL
);

CREATE INDEX ticket_step_ticket ON ticket_step (ticket_id, side, step_no);
