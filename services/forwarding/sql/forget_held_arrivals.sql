-- Nothing is held any more of these: they are applied or discarded, and their sender is told so.
DELETE FROM held_arrival
 WHERE peer = $1
   AND event_id = ANY ($2::uuid[])
