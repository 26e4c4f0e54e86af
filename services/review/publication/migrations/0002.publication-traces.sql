-- depends: 0001.publication-issues
-- Why:    an adoption belongs to the trace of the report that is used, not to that of the editor's click alone.
-- Safe:   adds a column without a default that the running version neither reads nor writes.
-- Locks:  ACCESS EXCLUSIVE on candidate for an instant; no rewrite.
SET LOCAL lock_timeout = '3s';

ALTER TABLE candidate ADD COLUMN traceparent text;
