-- One instruction.
SELECT instruction_id, office, report_id, number, title, leader, rank, text, disposition, given_at, recorded_at,
       recorded_by, ticket_id
  FROM instruction
 WHERE instruction_id = $1
