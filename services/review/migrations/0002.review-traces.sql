-- depends: 0001.review-cases
-- Why:    an act on a case belongs to the trace of what opened the case, so that one report can be followed from its
--         writer's browser to its adoption; each act by itself begins a trace of its own.
-- Safe:   adds a column without a default that the running version neither reads nor writes.
-- Locks:  ACCESS EXCLUSIVE on review_case for an instant; no rewrite.
SET LOCAL lock_timeout = '3s';

ALTER TABLE review_case ADD COLUMN traceparent text;
