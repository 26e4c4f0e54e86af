-- depends: 0003.waiting-since
-- Why:    the inbox would grow for ever. What a subject's progress has passed can go after a time; how far it went is
--         kept, so that a very late repeat is still known as one (docs/decisions/0017).
-- Safe:   adds a column with a constant default; the running version does not name it.
-- Locks:  ACCESS EXCLUSIVE on subject_progress for an instant; no rewrite.
SET LOCAL lock_timeout = '3s';

ALTER TABLE subject_progress ADD COLUMN pruned bigint NOT NULL DEFAULT 0;
