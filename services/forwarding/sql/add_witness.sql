-- Keep a site's signature under a statement. A repeat changes nothing; the first signature stays.
INSERT INTO witness (digest, by_site, at, key_id, algorithm, signature)
VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (digest, by_site) DO NOTHING
