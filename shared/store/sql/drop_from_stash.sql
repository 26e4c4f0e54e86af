-- Take events out of the stash that have now been applied or held.
DELETE FROM stash
 WHERE event_id = ANY ($1::uuid[])
RETURNING event_id
