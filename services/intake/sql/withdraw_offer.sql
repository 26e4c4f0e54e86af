-- Take an offer back; one that was taken up stays so. No row comes back then, or when there is no such draft.
UPDATE draft
   SET offered_at = NULL, offered_name = NULL
 WHERE draft_id = $1 AND office = $2 AND author = $3 AND taken_at IS NULL
RETURNING draft_id
