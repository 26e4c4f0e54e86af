-- An author's drafts at one office, the one saved last first; $3 is where the page before ended.
SELECT draft_id, title, revision, saved_at, offered_at, taken_at, taken_name, from_name
  FROM draft
 WHERE office = $1 AND author = $2 AND ($3::timestamptz IS NULL OR saved_at < $3)
 ORDER BY saved_at DESC
 LIMIT $4
