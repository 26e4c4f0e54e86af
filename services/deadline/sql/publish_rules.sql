-- Publish a version of a rule set. A repeat of the same content changes nothing; returns what stands under the version.
WITH published AS (
    INSERT INTO rule_set (rule_set_id, version, digest, effective_from, effective_to, body, published_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (rule_set_id, version) DO NOTHING
    RETURNING digest
)
SELECT digest FROM published
UNION ALL
SELECT digest FROM rule_set WHERE rule_set_id = $1 AND version = $2
LIMIT 1
