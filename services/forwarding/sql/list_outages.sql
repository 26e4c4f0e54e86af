-- The latest silences of links.
SELECT outage_id, peer, lane, silent_since, ended_at
  FROM outage
 ORDER BY silent_since DESC
 LIMIT 50
