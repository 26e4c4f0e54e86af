-- All verdicts on a duty's clocks, in the order they were made.
SELECT verdict_id, clock_id, proposed_type, type, minutes_late, arithmetic, state, owed_to, leg, scored, report_id
  FROM verdict
 WHERE matter = $1 AND unit = $2
 ORDER BY seq
