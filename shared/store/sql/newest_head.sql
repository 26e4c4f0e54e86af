-- The newest seal head of this log, if any.
SELECT batch, epoch, last_position, head
  FROM seal
 ORDER BY batch DESC
 LIMIT 1
