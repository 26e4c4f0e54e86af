-- One subject whose next event waits in the stash or was discarded; none while everything goes its usual way.
SELECT w.sender, w.subject
  FROM (
    SELECT s.sender, s.subject, s.number
      FROM stash AS s
     UNION ALL
    SELECT h.sender, h.subject, h.number
      FROM held_message AS h
     WHERE h.state = 'DISCARDED'
       AND h.number IS NOT NULL
       AND h.sender IS NOT NULL
       AND h.subject IS NOT NULL
  ) AS w
  LEFT JOIN subject_progress AS p USING (sender, subject)
 WHERE w.number = coalesce(p.applied, 0) + 1
 LIMIT 1
