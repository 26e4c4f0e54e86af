-- Publish a version of a rule set, once; a version that is there stays as it is.
INSERT INTO rule_set (name, version, digest, effective_from, content, published_at)
VALUES ($1, $2, $3, $4, $5::jsonb, $6)
    ON CONFLICT (name, version) DO NOTHING
