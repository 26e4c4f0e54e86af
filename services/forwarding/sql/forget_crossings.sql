-- Receipts came: these facts are applied at the other site, or given up there by an operator.
DELETE FROM crossing
 WHERE peer = $1
   AND event_id = ANY ($2::uuid[])
