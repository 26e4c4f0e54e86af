-- Forget events heard before $1 that their subject's progress has passed, from $2 on; return how far was looked.
-- Ids are UUIDv7, so the primary key walks in time. A subject that is being worked on is left for the next pass.
WITH old AS (
    SELECT i.event_id, i.sender, i.subject, i.number
      FROM inbox AS i
     WHERE i.event_id > $2
       AND i.event_id < $1
     ORDER BY i.event_id
     LIMIT $3
), passed AS (
    SELECT p.sender, p.subject, p.applied
      FROM subject_progress AS p
     WHERE (p.sender, p.subject) IN (SELECT old.sender, old.subject FROM old)
     ORDER BY p.sender, p.subject
       FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM inbox AS i
     USING old
      JOIN passed USING (sender, subject)
     WHERE i.event_id = old.event_id
       AND old.number <= passed.applied
    RETURNING i.sender, i.subject, i.number
), noted AS (
    UPDATE subject_progress AS p
       SET pruned = greatest(p.pruned, g.number)
      FROM (SELECT sender, subject, max(number) AS number FROM gone GROUP BY sender, subject) AS g
     WHERE p.sender = g.sender
       AND p.subject = g.subject
)
SELECT (SELECT event_id FROM old ORDER BY event_id DESC LIMIT 1) AS looked_to,
       (SELECT count(*) FROM gone) AS forgotten
