-- Which of these hops arrived here before.
SELECT submission_id
  FROM submission
 WHERE direction = 'IN'
   AND submission_id = ANY ($1::uuid[])
