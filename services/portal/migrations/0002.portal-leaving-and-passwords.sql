-- depends: 0001.portal-accounts
-- Why:    a password that somebody else gave (with the command that loads people, or when it was reset) must be
--         changed at the first sign-in, or a shared one makes author, reviewer and signer the same; and whoever leaves
--         must be able to be dismissed, with the reason kept.
-- Safe:   adds columns with constant defaults and a new table, none of which the running version knows. Accounts from
--         before have to change their password: nobody can tell which of them still have the common one.
-- Locks:  ACCESS EXCLUSIVE on account for an instant, no rewrite; writes to session while its index builds.
SET LOCAL lock_timeout = '3s';

-- given_hash: the password that was last given by somebody else, which must never be chosen again.
ALTER TABLE account
    ADD COLUMN must_change boolean NOT NULL DEFAULT true,
    ADD COLUMN given_hash  text;

CREATE INDEX session_person ON session (person);

-- Who was dismissed, from when on, and why. appointment_id is null where the account was closed. The reason stays at
-- the site: readers of appointment.ended.v1 need it for nothing.
CREATE TABLE dismissal (
    dismissal_id    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person          text        NOT NULL,
    appointment_id  text,
    valid_to        timestamptz NOT NULL,
    reason          text        NOT NULL CHECK (reason <> ''),
    stated_at       timestamptz NOT NULL
);

CREATE INDEX dismissal_appointment ON dismissal (appointment_id, dismissal_id);
COMMENT ON TABLE dismissal IS 'insert only';
