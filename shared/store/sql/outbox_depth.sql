-- How many messages wait for their confirm, and since when the oldest, per lane.
SELECT lane, count(*) AS messages, min(queued_at) AS oldest
  FROM outbox_pending
 GROUP BY lane
