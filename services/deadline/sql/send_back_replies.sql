-- Keep that the replies given so far were sent back: they answer nothing any more. Return their ids.
UPDATE answer
   SET sent_back_at = $3
 WHERE matter = $1 AND unit = $2
   AND channel = 'REPLY' AND mode = $4 AND recipient = $5
   AND sent_back_at IS NULL
RETURNING answer_id
