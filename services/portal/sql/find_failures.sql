-- Read how often logins failed lately, by account and by address.
SELECT kind, failures, last_at
  FROM login_failure
 WHERE (kind = 'account' AND key = $1) OR (kind = 'address' AND key = $2)
