-- What decides on the copy of a ticket held by one of the offices, locked until the transaction ends.
SELECT ticket_id, office, party, issuer, co, urgency, mode, state, confirmation, revision, changed_by, changed_at
  FROM ticket_copy
 WHERE ticket_id = $1
   AND office = ANY ($2::text[])
 ORDER BY office
 LIMIT 1
   FOR UPDATE
