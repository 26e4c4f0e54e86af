-- Record that a silent link answers again.
UPDATE outage
   SET ended_at = $3
 WHERE peer = $1
   AND lane = $2
   AND ended_at IS NULL
