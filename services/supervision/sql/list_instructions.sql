-- Instructions recorded in a unit, newest first. $2: only those before this one; $3: on one report only.
SELECT instruction_id, office, report_id, number, title, leader, rank, text, disposition, given_at, recorded_at,
       recorded_by, ticket_id
  FROM instruction
 WHERE unit = $1
   AND ($2::uuid IS NULL OR instruction_id < $2)
   AND ($3::uuid IS NULL OR report_id = $3)
 ORDER BY instruction_id DESC
 LIMIT $4
