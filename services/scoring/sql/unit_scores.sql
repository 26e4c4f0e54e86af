-- Sums and counts per unit in one assessor's ledger, for the months $2 to $3, both included.
-- $4: families that are deductions; $5: levels that count as province or higher.
SELECT unit,
       sum(points) AS score,
       coalesce(sum(points) FILTER (WHERE family = ANY ($4)), 0) AS deductions,
       coalesce(sum(points) FILTER (WHERE family = 'VERDICT'), 0) AS verdict_points,
       coalesce(sum(tally) FILTER (WHERE family = 'ADOPTION'), 0) AS adoptions,
       coalesce(sum(tally) FILTER (WHERE family = 'ADOPTION' AND level = ANY ($5)), 0) AS upper_adoptions,
       coalesce(sum(tally) FILTER (WHERE family = 'BONUS'), 0) AS problem_items,
       coalesce(sum(tally) FILTER (WHERE family = 'INSTRUCTION'), 0) AS instructions,
       coalesce(sum(tally) FILTER (WHERE family = ANY ($4)), 0) AS deducted_times,
       coalesce(sum(tally) FILTER (WHERE veto), 0) AS vetoes
  FROM ledger_line
 WHERE assessor = $1
   AND period BETWEEN $2 AND $3
 GROUP BY unit
