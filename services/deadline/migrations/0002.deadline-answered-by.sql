-- depends: 0001.deadline-clocks
-- Why:    a ticket is answered by the office that leads it, and another desk of the same unit may assist. A duty is the
--         unit's, so who must answer stands on the clock, and who answered on the answer; null: any office of the unit.
-- Safe:   adds columns without a default that the running version neither reads nor writes. A clock that it opened
--         names nobody, so any desk's reply still stops it.
-- Locks:  ACCESS EXCLUSIVE on clock and answer for an instant; no rewrite.
SET LOCAL lock_timeout = '3s';

ALTER TABLE clock ADD COLUMN answered_by text;
ALTER TABLE answer ADD COLUMN given_by text;
