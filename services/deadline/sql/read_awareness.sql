-- All that a unit was ever said to have known about a matter, in one mode.
SELECT awareness_id, known_at, occurred_at, severity, sensitive, must_report, kind, place, how, evidence
  FROM awareness
 WHERE matter = $1 AND unit = $2 AND mode = $3
