-- End the running clocks of one mode of a duty whose verdicts are final: nobody waits for them any more.
UPDATE clock
   SET state = 'CLOSED', next_at = NULL
 WHERE matter = $1 AND unit = $2 AND mode = $3
   AND state IN ('OPEN', 'EXPIRED')
