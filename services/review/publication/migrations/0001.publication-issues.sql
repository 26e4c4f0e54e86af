-- depends:
-- Why:    an office keeps what may go into its publications, their issues with continuous numbers, what was used,
--         and what was forwarded to a level outside the system.
-- Safe:   creates tables only.
-- Locks:  none that matter; the tables are new.

-- A report that arrived at an office and may be used there. received_at is that of its first version,
-- last_received_at that of its newest, mode the
-- report's own: drills have issues and numbers of their own, so that they leave no gap in the actual ones.
CREATE TABLE candidate (
    report_id     uuid NOT NULL,
    office        text NOT NULL,
    number        text NOT NULL,
    title         text NOT NULL,
    body          text NOT NULL,
    type          text NOT NULL,
    nature        text NOT NULL,
    urgency       text NOT NULL,
    incident_id   uuid,
    origin_office text NOT NULL,
    from_office   text NOT NULL,
    contributor   text NOT NULL,
    units         text[] NOT NULL,
    way           text[] NOT NULL,
    is_copy       boolean NOT NULL,
    received_at   timestamptz NOT NULL,
    last_received_at timestamptz NOT NULL,
    mode          text NOT NULL,
    PRIMARY KEY (report_id, office)
);
CREATE INDEX candidate_office ON candidate (office, received_at DESC, report_id DESC);

-- When a report was last returned from an office: what had arrived there until then may not be used. copies_only: the
-- office holds a copy of what another desk of its unit and side returned. It may be known before the candidate is.
CREATE TABLE withdrawal (
    report_id   uuid NOT NULL,
    office      text NOT NULL,
    copies_only boolean NOT NULL,
    returned_at timestamptz NOT NULL,
    PRIMARY KEY (report_id, office, copies_only)
);

-- Last issue number given per publication, mode and year. Its row is the lock under which issues are opened and filled.
CREATE TABLE issue_counter (
    publication text NOT NULL,
    mode        text NOT NULL,
    year        integer NOT NULL,
    last        integer NOT NULL CHECK (last >= 0),
    PRIMARY KEY (publication, mode, year)
);

-- Issues of publications; ordinal is continuous per publication, mode and year.
CREATE TABLE issue (
    issue_id    uuid PRIMARY KEY,
    publication text NOT NULL,
    office      text NOT NULL,
    name        text NOT NULL,
    mode        text NOT NULL,
    year        integer NOT NULL,
    ordinal     integer NOT NULL CHECK (ordinal >= 1),
    issue_date  date NOT NULL,
    opened_at   timestamptz NOT NULL,
    UNIQUE (publication, mode, year, ordinal)
);
CREATE INDEX issue_day ON issue (publication, mode, issue_date);
CREATE INDEX issue_office ON issue (office, opened_at DESC, issue_id DESC);

-- An item: a report used in an issue, or, on behalf of an office outside the system, in a publication named there.
-- reports holds all that went into the item, report_id the one it is kept under.
CREATE TABLE adoption (
    adoption_id  uuid PRIMARY KEY,
    report_id    uuid NOT NULL,
    reports      uuid[] NOT NULL,
    office       text NOT NULL,
    level        text NOT NULL,
    publication  text NOT NULL,
    carrier      text NOT NULL,
    issue_id     uuid REFERENCES issue (issue_id),
    issue_number text NOT NULL,
    title        text NOT NULL,
    contributors json NOT NULL,
    on_behalf    boolean NOT NULL,
    evidence     text NOT NULL,
    adopted_at   timestamptz NOT NULL,
    adopted_by   text NOT NULL,
    appointment  text NOT NULL,
    UNIQUE (report_id, level, office, publication)
);
CREATE INDEX adoption_issue ON adoption (issue_id, adopted_at);
CREATE INDEX adoption_reports ON adoption USING gin (reports);

-- A report forwarded to a level outside the system (转报), once per level and carrier.
CREATE TABLE forwarding (
    report_id    uuid NOT NULL,
    office       text NOT NULL,
    to_level     text NOT NULL,
    carrier      text NOT NULL,
    forwarded_at timestamptz NOT NULL,
    forwarded_by text NOT NULL,
    appointment  text NOT NULL,
    PRIMARY KEY (report_id, office, to_level, carrier)
);
