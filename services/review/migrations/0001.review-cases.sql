-- depends:
-- Why:    each office keeps its own case on a report, every wording it has seen, who did what, and where it was used.
-- Safe:   creates tables only.
-- Locks:  none that matter; the tables are new.

-- One office's case on one report. head and custody are JSON as the events bring them; mode is that of the report.
CREATE TABLE review_case (
    case_id       uuid PRIMARY KEY,
    report_id     uuid NOT NULL,
    office        text NOT NULL,
    state         text NOT NULL CHECK (state IN ('SECTION_REVIEW', 'SIGN_OFF', 'SIGNED', 'RETURNED', 'REFERENCE')),
    step          smallint NOT NULL CHECK (step >= 0),
    revision      integer NOT NULL CHECK (revision >= 1),
    number        text NOT NULL,
    title         text NOT NULL,
    urgency       text NOT NULL,
    nature        text NOT NULL,
    urgent        boolean NOT NULL,
    mode          text NOT NULL,
    head          json NOT NULL,
    current       text NOT NULL,
    came_as       text NOT NULL,
    chain         text[] NOT NULL,
    custody       json NOT NULL,
    from_office   text,
    submission_id uuid,
    authors       text[] NOT NULL,
    rewriters     text[] NOT NULL DEFAULT '{}',
    reviewers     text[] NOT NULL DEFAULT '{}',
    received_at   timestamptz NOT NULL,
    step_since    timestamptz NOT NULL,
    held_since    timestamptz,
    held_until    timestamptz,
    held_reason   text,
    UNIQUE (report_id, office),
    CHECK ((held_since IS NULL) = (held_until IS NULL) AND (held_since IS NULL) = (held_reason IS NULL))
);
-- The queue of an office: urgent first, then what came first.
CREATE INDEX review_case_open ON review_case (office, (NOT urgent), received_at, case_id)
    WHERE state IN ('SECTION_REVIEW', 'SIGN_OFF');
-- What an office has done with: newest first.
CREATE INDEX review_case_by_state ON review_case (office, state, step_since DESC, case_id DESC);

-- Every wording a case has seen: from below, from the own writer, or this office's own. Never changed, never removed.
CREATE TABLE case_wording (
    case_id      uuid NOT NULL REFERENCES review_case (case_id),
    wording      text NOT NULL,
    version      integer NOT NULL,
    content      json NOT NULL,
    PRIMARY KEY (case_id, wording)
);

-- Who did what to a case, when, and in which appointment. Never changed, never removed.
CREATE TABLE case_act (
    case_id     uuid NOT NULL REFERENCES review_case (case_id),
    revision    integer NOT NULL,
    act         text NOT NULL,
    at          timestamptz NOT NULL,
    wording     text NOT NULL,
    person      text,
    person_name text,
    appointment text,
    role        text,
    office      text NOT NULL,
    reason      text,
    text        text,
    PRIMARY KEY (case_id, revision)
);

-- Where a report was used, by whomever: what reviewers see beside the case. It may be known before the case is.
CREATE TABLE case_adoption (
    adoption_id  uuid PRIMARY KEY,
    report_id    uuid NOT NULL,
    office       text NOT NULL,
    level        text NOT NULL,
    publication  text NOT NULL,
    issue_number text NOT NULL,
    adopted_at   timestamptz NOT NULL
);
CREATE INDEX case_adoption_report ON case_adoption (report_id);

-- The original is what was signed, so the database itself refuses to alter it.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of this table are evidence: they are never changed or removed';
END
$$;
CREATE TRIGGER case_wording_kept BEFORE UPDATE OR DELETE ON case_wording
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER case_act_kept BEFORE UPDATE OR DELETE ON case_act
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
