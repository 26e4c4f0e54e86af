-- End the running warning copies of a duty whose verdict is final where it is owed. A verdict from before the unit
-- was known to have known says nothing about the copy that this knowledge opened.
UPDATE clock
   SET state = 'CLOSED', next_at = NULL
  FROM final_elsewhere AS final
 WHERE clock.matter = $1 AND clock.unit = $2
   AND NOT clock.binding
   AND clock.state IN ('OPEN', 'EXPIRED')
   AND (final.matter, final.unit, final.owed_to, final.leg, final.mode)
       = (clock.matter, clock.unit, clock.recipient, clock.leg, clock.mode)
   AND NOT EXISTS (
       SELECT FROM awareness
        WHERE awareness.matter = clock.matter AND awareness.unit = clock.unit
          AND awareness.mode = clock.mode AND awareness.recorded_at > final.finalised_at)
