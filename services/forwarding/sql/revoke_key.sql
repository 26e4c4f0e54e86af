-- Revoke a key from an instant on; once revoked, it can be revoked from an earlier one only.
UPDATE site_key
   SET revoked_at = least(revoked_at, $2)
 WHERE key_id = $1
RETURNING revoked_at
