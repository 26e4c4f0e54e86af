-- Every public key of every site, revoked ones too: old signatures are judged by the time they were made.
SELECT key_id, site, algorithm, public_key, valid_from, revoked_at
  FROM site_key
