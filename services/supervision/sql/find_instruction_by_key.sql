-- The instruction that an office recorded under a key.
SELECT instruction_id, office, report_id, number, title, leader, rank, text, disposition, given_at, recorded_at,
       recorded_by, ticket_id
  FROM instruction
 WHERE office = $1
   AND idempotency_key = $2
