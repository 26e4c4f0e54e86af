-- Take an offer up: its text becomes a draft of the taker that names whose it was. One taker wins the row.
WITH taken AS (
    UPDATE draft
       SET taken_at = $5, taken_by = $3, taken_name = $6, taken_as = $7
     WHERE draft_id = $1 AND office = $2 AND author <> $3 AND offered_at IS NOT NULL AND taken_at IS NULL
       AND ($4::text[] IS NULL OR content ->> 'urgency' = ANY ($4))
    RETURNING title, content, array_append(array_remove(co_authors, author), author) AS co_authors, offered_name
)
INSERT INTO draft (draft_id, office, author, title, content, revision, saved_at, co_authors, from_name)
SELECT $7, $2, $3, title, content, 1, $5, co_authors, offered_name
  FROM taken
RETURNING draft_id, title, revision, saved_at
