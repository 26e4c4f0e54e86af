-- Save a draft for the first time; no row comes back when the id is taken.
INSERT INTO draft (draft_id, office, author, title, content, revision, saved_at)
VALUES ($1, $2, $3, $4, $5::jsonb, 1, $6)
    ON CONFLICT (draft_id) DO NOTHING
RETURNING revision
