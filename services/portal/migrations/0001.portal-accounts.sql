-- depends: 0001_appointments
-- Why:    accounts of the people of this site, their sessions, failed logins, and the receipts of their acts.
--         Appointments are in the table appointment, of which the portal is the source.
-- Safe:   new tables only.
-- Locks:  none that anyone waits for.
CREATE TABLE account (
    person         text        PRIMARY KEY,
    username       text        NOT NULL UNIQUE,
    name           text        NOT NULL,
    password_hash  text        NOT NULL,
    created_at     timestamptz NOT NULL,
    changed_at     timestamptz NOT NULL,
    closed_at      timestamptz
);

-- token_hash: SHA-256 of what the cookie holds, so that a copy of this table opens no session. Machine time.
CREATE TABLE session (
    token_hash      bytea       PRIMARY KEY,
    person          text        NOT NULL REFERENCES account (person),
    appointment_id  text        NOT NULL REFERENCES appointment (appointment_id),
    csrf            text        NOT NULL,
    opened_at       timestamptz NOT NULL,
    seen_at         timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL
);

CREATE INDEX session_ends ON session (ends_at);

-- kind: account or address. Machine time.
CREATE TABLE login_failure (
    kind      text        NOT NULL CHECK (kind IN ('account', 'address')),
    key       text        NOT NULL,
    failures  integer     NOT NULL CHECK (failures > 0),
    last_at   timestamptz NOT NULL,
    PRIMARY KEY (kind, key)
);

-- What the receipt page of an act shows; the key was made with the form, so a second click finds the first receipt.
CREATE TABLE receipt (
    person   text        NOT NULL,
    key      text        NOT NULL,
    content  jsonb       NOT NULL,
    made_at  timestamptz NOT NULL,
    PRIMARY KEY (person, key)
);
