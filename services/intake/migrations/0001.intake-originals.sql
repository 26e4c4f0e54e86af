-- depends:
-- Why:    intake keeps drafts, the originals of this site's offices, and the way of each report seen from its origin.
-- Safe:   creates tables only.
-- Locks:  none that matter; the tables are new.

-- What a writer has not submitted yet. Only its author sees it. ``content`` is as the writing page left it.
CREATE TABLE draft (
    draft_id uuid PRIMARY KEY,
    office   text NOT NULL,
    author   text NOT NULL,
    title    text NOT NULL,
    content  jsonb NOT NULL,
    revision integer NOT NULL CHECK (revision >= 1),
    saved_at timestamptz NOT NULL
);
CREATE INDEX draft_author ON draft (office, author, saved_at DESC);

-- Last business number given per prefix (office code and civil day). The row's lock makes numbers dense and lets
-- offices number side by side.
CREATE TABLE number_counter (
    prefix text PRIMARY KEY,
    last   integer NOT NULL
);

-- What stays the same on the way of a report, and how it stands at its origin.
CREATE TABLE report (
    report_id        uuid PRIMARY KEY,
    number           text NOT NULL UNIQUE,
    office           text NOT NULL,
    state            text NOT NULL CHECK (state IN ('SUBMITTED', 'RETURNED', 'SIGNED')),
    state_since      timestamptz NOT NULL,
    last_version     integer NOT NULL CHECK (last_version >= 1),
    title            text NOT NULL,
    type             text NOT NULL,
    nature           text NOT NULL,
    urgency          text NOT NULL,
    form             text NOT NULL,
    author_mark      text NOT NULL,
    authors          text[] NOT NULL,
    incident_id      uuid,
    incident_kind    text,
    expected_at      timestamptz,
    commission_task  text,
    mode             text NOT NULL,
    first_submitted_at timestamptz NOT NULL
);
CREATE INDEX report_office ON report (office, report_id);

-- Every wording the writer submitted, and the answer each submission got: the same key gets the same answer again.
CREATE TABLE report_version (
    report_id       uuid NOT NULL REFERENCES report (report_id),
    version         integer NOT NULL,
    office          text NOT NULL,
    idempotency_key text NOT NULL,
    request_hash    text NOT NULL,
    title           text NOT NULL,
    body            text NOT NULL,
    facts           jsonb NOT NULL,
    citations       jsonb NOT NULL,
    content_hash    text NOT NULL,
    derived_from    text,
    written_by      text NOT NULL,
    submitted_at    timestamptz NOT NULL,
    answer          jsonb NOT NULL,
    PRIMARY KEY (report_id, version),
    UNIQUE (office, idempotency_key)
);

-- An original is never overwritten.
CREATE FUNCTION refuse_change_of_original() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'originals are never changed or deleted (report %)', OLD.report_id;
END
$$;
CREATE TRIGGER report_version_is_final BEFORE UPDATE OR DELETE ON report_version
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_original();

-- What offices on the way stated about a report of ours. ``ref`` tells repeats apart: a submission, an adoption.
CREATE TABLE way_milestone (
    report_id uuid NOT NULL REFERENCES report (report_id),
    office    text NOT NULL,
    kind      text NOT NULL,
    ref       text NOT NULL,
    at        timestamptz NOT NULL,
    detail    jsonb NOT NULL,
    PRIMARY KEY (report_id, office, kind, ref)
);
