-- Offer an author's draft to the office; offering it again keeps the first time. No row comes back when it is gone.
UPDATE draft
   SET offered_at = coalesce(offered_at, $4), offered_name = coalesce(offered_name, $5)
 WHERE draft_id = $1 AND office = $2 AND author = $3
RETURNING draft_id, title, revision, saved_at, offered_at, taken_at, taken_name, from_name
