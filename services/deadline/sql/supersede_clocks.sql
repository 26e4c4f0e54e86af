-- Set clocks aside that a recomputation replaced. They stay readable.
UPDATE clock
   SET state = 'SUPERSEDED', next_at = NULL
 WHERE clock_id = ANY ($1::uuid[])
