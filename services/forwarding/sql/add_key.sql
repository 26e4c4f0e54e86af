-- Register a site's public key. Registering it again changes nothing.
INSERT INTO site_key (key_id, site, algorithm, public_key, valid_from)
VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (key_id) DO NOTHING
