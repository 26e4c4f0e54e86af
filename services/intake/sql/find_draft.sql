-- One draft of an author.
SELECT draft_id, office, author, title, content::text AS content, revision, saved_at
  FROM draft
 WHERE draft_id = $1 AND office = $2 AND author = $3
