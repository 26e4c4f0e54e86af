-- Keep what a site stated of its logs. A repeat changes nothing.
INSERT INTO head_statement (digest, site, stated_at, statement)
VALUES ($1, $2, $3, $4)
    ON CONFLICT (digest) DO NOTHING
