-- Keep the receipt of an act; the first one stands.
INSERT INTO receipt (person, key, content, made_at)
VALUES ($1, $2, $3, $4)
    ON CONFLICT (person, key) DO NOTHING
