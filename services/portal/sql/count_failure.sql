-- Count one more failed login; after a quiet time counting starts anew.
INSERT INTO login_failure (kind, key, failures, last_at)
SELECT stated.kind, stated.key, 1, $3
  FROM (VALUES ('account', $1::text), ('address', $2::text)) AS stated (kind, key)
    ON CONFLICT (kind, key) DO UPDATE
   SET failures = CASE WHEN login_failure.last_at < $4 THEN 1 ELSE login_failure.failures + 1 END,
       last_at = excluded.last_at
