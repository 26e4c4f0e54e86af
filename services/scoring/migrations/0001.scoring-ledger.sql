-- depends:
-- Why:    facts are kept for ever, so that any period can be recomputed; the ledger is appended to, never changed.
-- Safe:   new tables only.
-- Locks:  none that anyone waits for.
CREATE TABLE rule_set (
    name            text        NOT NULL,
    version         integer     NOT NULL,
    digest          text        NOT NULL,
    effective_from  date        NOT NULL,
    content         jsonb       NOT NULL,
    published_at    timestamptz NOT NULL,
    PRIMARY KEY (name, version)
);

CREATE TABLE fact (
    event_id   uuid        PRIMARY KEY,
    type       text        NOT NULL,
    earned_at  timestamptz NOT NULL,
    body       jsonb       NOT NULL,
    heard_at   timestamptz NOT NULL
);

-- What a fact is scored with: an incident, a ticket, or each report of a joint item.
CREATE TABLE fact_item (
    item      text  NOT NULL,
    event_id  uuid  NOT NULL REFERENCES fact (event_id),
    PRIMARY KEY (item, event_id)
);

CREATE TABLE ledger_line (
    line_no        bigint         GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entry_id       uuid           NOT NULL UNIQUE,
    assessor       text           NOT NULL,
    unit           text           NOT NULL,
    item           text           NOT NULL,
    kind           text           NOT NULL CHECK (kind IN ('AWARD', 'SUPERSEDED', 'CORRECTION')),
    family         text           NOT NULL,
    level          text,
    rule_set       text           NOT NULL,
    rule_code      text           NOT NULL,
    rule_version   integer        NOT NULL,
    points         numeric(10, 2) NOT NULL,
    tally          smallint       NOT NULL CHECK (tally IN (-1, 1)),
    veto           boolean        NOT NULL,
    reason         text           NOT NULL,
    arithmetic     text           NOT NULL,
    evidence       text[]         NOT NULL,
    fact_id        uuid           NOT NULL REFERENCES fact (event_id),
    report_id      uuid,
    report_number  text,
    earned_at      timestamptz    NOT NULL,
    period         text           NOT NULL CHECK (period ~ '^[0-9]{4}-[0-9]{2}$'),
    entered_at     timestamptz    NOT NULL,
    reverses       uuid           REFERENCES ledger_line (entry_id),
    CHECK ((kind = 'AWARD') = (reverses IS NULL))
);

CREATE INDEX ledger_line_item ON ledger_line (item, assessor);
CREATE INDEX ledger_line_period ON ledger_line (assessor, period, unit, line_no);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: enter a reversing line instead', TG_TABLE_NAME USING ERRCODE = '55000';
END
$$;

CREATE TRIGGER ledger_line_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_line
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fact_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON fact
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER rule_set_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON rule_set
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
