-- What another person of the office offers, taken up or not; of some urgencies only when $4 names them.
SELECT draft_id, title, offered_at, offered_name, content::text AS content, taken_at, taken_by, taken_name, taken_as
  FROM draft
 WHERE draft_id = $1 AND office = $2 AND author <> $3 AND offered_at IS NOT NULL
   AND ($4::text[] IS NULL OR content ->> 'urgency' = ANY ($4))
