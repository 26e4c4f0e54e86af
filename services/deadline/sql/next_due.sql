-- When the next clock has something to tell, in any mode.
SELECT min(next_at) AS next_at
  FROM clock
 WHERE next_at IS NOT NULL
