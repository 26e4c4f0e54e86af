-- Links that have been silent for too long and still count as up: count them as down.
UPDATE link
   SET state = 'DOWN'
 WHERE state = 'UP'
   AND heard_at < $1
RETURNING peer, lane, heard_at
