-- depends: 0002.intake-duties-and-agencies
-- Why:    everyone may write; the text is offered (供稿) to the own office, and one of its reporters takes it up.
-- Safe:   adds columns that the running version neither reads nor writes; its drafts are not offered.
-- Locks:  ACCESS EXCLUSIVE on draft for an instant; no rewrite. The index is on a table that stays small.
SET LOCAL lock_timeout = '3s';

-- An offered draft stays its author's. Taken up, it is copied to the taker (``taken_as``) and never changes again.
-- The copy names whose text it was: ``co_authors`` are persons, ``from_name`` is who offered it last.
ALTER TABLE draft
    ADD COLUMN offered_at   timestamptz,
    ADD COLUMN offered_name text,
    ADD COLUMN taken_at     timestamptz,
    ADD COLUMN taken_by     text,
    ADD COLUMN taken_name   text,
    ADD COLUMN taken_as     uuid,
    ADD COLUMN co_authors   text[] NOT NULL DEFAULT '{}',
    ADD COLUMN from_name    text,
    ADD CHECK ((offered_at IS NULL) = (offered_name IS NULL)),
    ADD CHECK (taken_at IS NULL OR (offered_at IS NOT NULL AND taken_by IS NOT NULL AND taken_as IS NOT NULL));
CREATE INDEX draft_offered ON draft (office, offered_at DESC) WHERE offered_at IS NOT NULL AND taken_at IS NULL;
