-- Sums and counts per unit in one assessor's ledger, for the months $2 to $3, both included.
-- $4: families that are deductions; $5: levels that count as province or higher; $6: natures that report a problem.
SELECT line.unit,
       sum(line.points) AS score,
       coalesce(sum(line.points) FILTER (WHERE line.family = ANY ($4)), 0) AS deductions,
       coalesce(sum(line.points) FILTER (WHERE line.family = 'VERDICT'), 0) AS verdict_points,
       coalesce(sum(line.tally) FILTER (WHERE line.family = 'ADOPTION'), 0) AS adoptions,
       coalesce(sum(line.tally) FILTER (WHERE line.family = 'ADOPTION' AND line.level = ANY ($5)), 0)
           AS upper_adoptions,
       coalesce(sum(line.tally) FILTER (WHERE line.family = 'ADOPTION' AND fact.body ->> 'nature' = ANY ($6)), 0)
           AS problem_items,
       coalesce(sum(line.tally) FILTER (WHERE line.family = 'INSTRUCTION'), 0) AS instructions,
       coalesce(sum(line.tally) FILTER (WHERE line.family = ANY ($4)), 0) AS deducted_times,
       coalesce(sum(line.tally) FILTER (WHERE line.veto), 0) AS vetoes
  FROM ledger_line AS line
  JOIN fact ON fact.event_id = line.fact_id
 WHERE line.assessor = $1
   AND line.period BETWEEN $2 AND $3
 GROUP BY line.unit
