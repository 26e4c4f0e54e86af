-- Read whether a duty exists and lock it, so that acts and facts about it do not cross.
SELECT facts
  FROM duty
 WHERE matter = $1 AND unit = $2
   FOR UPDATE
