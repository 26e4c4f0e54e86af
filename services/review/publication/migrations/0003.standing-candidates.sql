-- depends: 0002.publication-traces
-- Why:    whether a candidate was withdrawn by a return is one rule; two statements told it, each in its own copy.
-- Safe:   adds a view; the running version does not name it.
-- Locks:  none that matter.

-- Candidates as they stand: a return after the last arrival withdraws one; a return that concerns copies only, a copy.
CREATE VIEW standing_candidate AS
SELECT c.report_id, c.office, c.number, c.title, c.body, c.type, c.nature, c.urgency, c.incident_id, c.origin_office,
       c.from_office, c.contributor, c.units, c.way, c.is_copy, c.received_at, c.traceparent, c.mode,
       EXISTS (SELECT FROM withdrawal AS w
                WHERE w.report_id = c.report_id AND w.office = c.office
                  AND w.returned_at >= c.last_received_at AND (c.is_copy OR NOT w.copies_only)) AS withdrawn
  FROM candidate AS c;
