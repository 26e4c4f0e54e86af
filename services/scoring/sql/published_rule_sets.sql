-- Every published version.
SELECT name, version, digest, effective_from, content::text AS content, published_at
  FROM rule_set
 ORDER BY name, version
