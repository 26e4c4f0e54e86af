-- Receipts came: these facts are safe at the other site.
DELETE FROM crossing
 WHERE peer = $1
   AND event_id = ANY ($2::uuid[])
