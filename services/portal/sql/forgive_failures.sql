-- Forget the failures of an account and of an address after a good login.
DELETE FROM login_failure
 WHERE (kind = 'account' AND key = $1) OR (kind = 'address' AND key = $2)
