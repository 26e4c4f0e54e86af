-- depends:
-- Why:    a signature is judged by the appointment in force at that instant, so every service that takes acts from
--         people keeps its own copy of the appointments of its site, fed by appointment.* events.
-- Safe:   creates a table only; the running version does not know it.
-- Locks:  none that matter; the table is new.

-- Ended appointments stay: an old signature must still be explained. ``revision`` is the sender's.
CREATE TABLE appointment (
    appointment_id text PRIMARY KEY,
    revision       integer NOT NULL CHECK (revision >= 1),
    person         text NOT NULL,
    person_name    text NOT NULL,
    office         text NOT NULL,
    role           text NOT NULL,
    valid_from     timestamptz NOT NULL,
    valid_to       timestamptz,
    delegated_by   text
);
CREATE INDEX appointment_person ON appointment (person);
