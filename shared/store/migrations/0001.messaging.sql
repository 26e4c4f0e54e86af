-- depends:
-- Why:    every service keeps the facts it stated, what is still to be sent, what it has heard, and what it could
--         not apply, in its own schema and in the same transaction as its state.
-- Safe:   creates tables only.
-- Locks:  none that matter; the tables are new.

-- Facts this service stated or, in forwarding, restated for another site. Insert only: the service's role has no
-- right to update or delete here (see provisioning).
CREATE TABLE event_log (
    event_id    uuid PRIMARY KEY,
    type        text NOT NULL,
    subject     text NOT NULL,
    office      text,
    mode        text NOT NULL,
    carried     boolean NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    recorded_by xid8 NOT NULL DEFAULT pg_current_xact_id(),
    salt        bytea NOT NULL DEFAULT decode(replace(gen_random_uuid()::text, '-', ''), 'hex'),
    body        bytea NOT NULL
);

-- Messages that have no confirm yet. The body is in the log unless it is none of our events (a link's frame).
CREATE TABLE outbox_pending (
    seq             bigint GENERATED ALWAYS AS IDENTITY,
    event_id        uuid,
    lane            text NOT NULL,
    exchange        text NOT NULL,
    routing_key     text NOT NULL,
    headers         text NOT NULL,
    body            bytea,
    queued_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT '-infinity',
    last_outcome    text,
    -- The lane leads: a relay then finds few urgent messages at once behind however many routine ones.
    PRIMARY KEY (lane, seq),
    CHECK (event_id IS NOT NULL OR body IS NOT NULL)
);

-- Last dense number given per subject and reader, in this epoch of the database.
CREATE TABLE subject_counter (
    subject text NOT NULL,
    reader  text NOT NULL,
    epoch   integer NOT NULL,
    last    bigint NOT NULL,
    PRIMARY KEY (subject, reader, epoch)
);

-- Which epoch this database is in; a restore from a backup adds a row.
CREATE TABLE database_epoch (
    epoch    integer PRIMARY KEY,
    since    timestamptz NOT NULL DEFAULT clock_timestamp(),
    reason   text NOT NULL
);
INSERT INTO database_epoch (epoch, reason) VALUES (1, 'created');

-- Every event heard, once. A repeat finds its row and changes nothing.
CREATE TABLE inbox (
    event_id    uuid PRIMARY KEY,
    sender      text NOT NULL,
    subject     text NOT NULL,
    number      bigint NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Last number applied or discarded per sender and subject.
CREATE TABLE subject_progress (
    sender  text NOT NULL,
    subject text NOT NULL,
    applied bigint NOT NULL,
    PRIMARY KEY (sender, subject)
);

-- Events that came before an earlier one of the same sender and subject. Acknowledged to the broker, waiting here.
CREATE TABLE stash (
    sender     text NOT NULL,
    subject    text NOT NULL,
    number     bigint NOT NULL,
    event_id   uuid NOT NULL,
    queue      text NOT NULL,
    lane       text NOT NULL,
    headers    text NOT NULL,
    body       bytea NOT NULL,
    stashed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (sender, subject, number)
);

-- Messages that could not be applied. RETRYING tries again by itself; PARKED waits for an operator; DEFERRED waits
-- for a newer version of the suite. Ends: APPLIED; STASHED, which went back to wait for an earlier one; DISCARDED.
CREATE TABLE held_message (
    held_id         uuid PRIMARY KEY,
    state           text NOT NULL CHECK (state IN (
                        'RETRYING', 'PARKED', 'DEFERRED', 'APPLIED', 'STASHED', 'DISCARDED')),
    cause           text NOT NULL,
    detail          text NOT NULL,
    stack           text NOT NULL,
    queue           text NOT NULL,
    lane            text NOT NULL,
    sender          text,
    subject         text,
    number          bigint,
    event_id        uuid,
    headers         text NOT NULL,
    body            bytea NOT NULL,
    attempts        integer NOT NULL,
    first_failed_at timestamptz NOT NULL,
    next_attempt_at timestamptz,
    settled_at      timestamptz,
    history         jsonb NOT NULL,
    awaits_upgrade  boolean NOT NULL
);
CREATE UNIQUE INDEX held_message_open_event ON held_message (event_id)
    WHERE state IN ('RETRYING', 'PARKED', 'DEFERRED');
-- What nobody can read has no id: the same bytes from the same queue are the same message.
CREATE UNIQUE INDEX held_message_open_unreadable ON held_message (queue, sha256(body), md5(headers))
    WHERE event_id IS NULL AND state IN ('RETRYING', 'PARKED', 'DEFERRED');
CREATE INDEX held_message_discarded ON held_message (sender, subject, number) WHERE state = 'DISCARDED';
CREATE INDEX held_message_due ON held_message (next_attempt_at) WHERE state = 'RETRYING';
CREATE INDEX held_message_open ON held_message (state, cause) WHERE state IN ('RETRYING', 'PARKED', 'DEFERRED');

-- What operators did with held messages: who looked, replayed or discarded, and why. Insert only. Messages replayed
-- together share a selection, which never grows.
CREATE TABLE held_act (
    act_id       uuid PRIMARY KEY,
    held_id      uuid NOT NULL REFERENCES held_message (held_id),
    act          text NOT NULL CHECK (act IN ('LOOK', 'REPLAY', 'DISCARD')),
    actor        text NOT NULL,
    reason       text NOT NULL,
    at           timestamptz NOT NULL,
    selection_id uuid
);
CREATE INDEX held_act_selection ON held_act (selection_id) WHERE selection_id IS NOT NULL;
