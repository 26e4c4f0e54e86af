-- Make proposals final, given as a JSON list; returns what the event of each one says.
UPDATE verdict
   SET state = 'FINAL', type = final.type, scored = final.scored, report_id = final.report_id, decision = $2,
       reason = $3, finalised_at = $4, finalised_by = $5, finalised_by_name = $6, revision = revision + 1
  FROM jsonb_to_recordset($1::jsonb) AS final (verdict_id uuid, type text, scored boolean, report_id uuid)
 WHERE verdict.verdict_id = final.verdict_id
   AND verdict.state = 'PROPOSED'
RETURNING verdict.verdict_id, verdict.seq, verdict.matter, verdict.unit, verdict.owed_to, verdict.type, verdict.leg,
          verdict.minutes_late, verdict.arithmetic, verdict.rule_id, verdict.rule_version, verdict.scored,
          verdict.report_id
