-- The newest statement of site $1 that site $2 signed, with that signature.
SELECT s.digest, s.statement, s.stated_at, w.by_site, w.at, w.key_id, w.algorithm, w.signature
  FROM head_statement AS s
  JOIN witness AS w ON w.digest = s.digest AND w.by_site = $2
 WHERE s.site = $1
 ORDER BY s.stated_at DESC
 LIMIT 1
