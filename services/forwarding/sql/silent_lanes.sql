-- Lanes of one link from which nothing has been heard since $2. One that was never heard counts from our own first heartbeat.
SELECT lane
  FROM link
 WHERE peer = $1
   AND heard_at < $2
 ORDER BY lane
