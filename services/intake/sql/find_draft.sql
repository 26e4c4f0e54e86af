-- One draft of an author.
SELECT draft_id, title, content::text AS content, revision, saved_at, offered_at, taken_at, taken_name, from_name
  FROM draft
 WHERE draft_id = $1 AND office = $2 AND author = $3
