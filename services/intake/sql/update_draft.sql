-- Save a draft again; no row comes back unless it is the author's, at the revision the page shows, and not taken up.
UPDATE draft
   SET title = $4, content = $5::jsonb, revision = revision + 1, saved_at = $6
 WHERE draft_id = $1 AND office = $2 AND author = $3 AND revision = $7 AND taken_at IS NULL
RETURNING revision
