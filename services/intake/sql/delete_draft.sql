-- Throw a draft of an author away.
DELETE FROM draft
 WHERE draft_id = $1 AND office = $2 AND author = $3
