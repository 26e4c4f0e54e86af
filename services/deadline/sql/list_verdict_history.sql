-- Every verdict ever made on one leg of one duty to one office, in the order they were made.
SELECT verdict_id, seq, clock_id, mode, matter, unit, owed_to, leg, type, proposed_type, minutes_late, arithmetic, rule_id,
       rule_version, evidence, report_id, state, proposed_at, withdrawn_at, decision, reason, scored, finalised_at,
       finalised_by, finalised_by_name
  FROM verdict
 WHERE matter = $1 AND unit = $2 AND owed_to = $3 AND leg = $4
 ORDER BY seq
