-- Read what waits for an earlier event of these subjects, and what was discarded; where both have a number, the
-- waiting event comes last. Runs after lock_progress, so that it sees every commit.
WITH t AS (
    SELECT sender, subject FROM unnest($1::text[], $2::text[]) AS u (sender, subject)
)
SELECT h.sender, h.subject, h.number, h.event_id, true AS discarded, h.queue, h.headers, NULL::bytea AS body,
       h.heard_at
  FROM held_message AS h
  JOIN t USING (sender, subject)
  JOIN subject_progress AS p USING (sender, subject)
 WHERE h.state = 'DISCARDED'
   AND h.number > p.applied
 UNION ALL
SELECT s.sender, s.subject, s.number, s.event_id, false AS discarded, s.queue, s.headers, s.body, s.heard_at
  FROM stash AS s
  JOIN t USING (sender, subject)
 ORDER BY discarded DESC, number
