-- All that was given in one mode in answer to a duty and not sent back.
SELECT answer_id, channel, recipient, given_by, at, report_id, evidence
  FROM answer
 WHERE matter = $1 AND unit = $2 AND mode = $3
   AND sent_back_at IS NULL
