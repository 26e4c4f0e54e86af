-- Proposals and final verdicts about a unit or owed to its offices, newest first. Nulls ask nothing: $5 state,
-- $6 whether the unit is the one judged.
SELECT verdict_id, seq, clock_id, mode, matter, unit, owed_to, leg, type, proposed_type, minutes_late, arithmetic, rule_id,
       rule_version, evidence, report_id, state, proposed_at, withdrawn_at, decision, reason, scored, finalised_at,
       finalised_by, finalised_by_name
  FROM verdict
 WHERE state IN ('PROPOSED', 'FINAL')
   AND (unit = $1 OR owed_to = ANY ($2::text[]))
   AND ($3::bigint IS NULL OR seq < $3)
   AND ($5::text IS NULL OR state = $5)
   AND ($6::boolean IS NULL OR (unit = $1) = $6)
 ORDER BY seq DESC
 LIMIT $4
