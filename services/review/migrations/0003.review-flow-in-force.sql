-- depends: 0002.review-traces
-- Why:    a case goes through the flow that was in force when it came in; a flow that gets shorter or changes its order
--         meanwhile would leave it at a step that does not exist or means something else.
-- Safe:   adds a column without a default that the running version neither reads nor writes; where it is empty the
--         flow of today applies, as before.
-- Locks:  ACCESS EXCLUSIVE on review_case for an instant; no rewrite.
SET LOCAL lock_timeout = '3s';

ALTER TABLE review_case ADD COLUMN flow json;
