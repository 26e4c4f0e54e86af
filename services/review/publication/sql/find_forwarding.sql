-- When a report was forwarded to a level with a carrier.
SELECT forwarded_at
  FROM forwarding
 WHERE report_id = $1
   AND office = $2
   AND to_level = $3
   AND carrier = $4
