-- What others of the office offer and nobody took up, offered last first; of some urgencies only when $4 names them.
SELECT draft_id, title, offered_at, offered_name
  FROM draft
 WHERE office = $1 AND author <> $2 AND offered_at IS NOT NULL AND taken_at IS NULL
   AND ($3::timestamptz IS NULL OR offered_at < $3)
   AND ($4::text[] IS NULL OR content ->> 'urgency' = ANY ($4))
 ORDER BY offered_at DESC
 LIMIT $5
