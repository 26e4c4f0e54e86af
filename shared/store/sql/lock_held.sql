-- Lock a message that is still held.
SELECT held_id
  FROM held_message
 WHERE held_id = $1
   AND state IN ('RETRYING', 'PARKED', 'DEFERRED')
   FOR UPDATE
