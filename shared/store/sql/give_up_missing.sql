-- Give up the numbers of one sender and subject that others wait for and that never came: a discarded message without
-- bytes stands for each, so that what waited goes on and the act can be seen for ever.
WITH progress AS (
    SELECT applied FROM subject_progress WHERE sender = $1 AND subject = $2 FOR UPDATE
), missing AS (
    SELECT n.number
      FROM progress
     CROSS JOIN LATERAL generate_series(
               progress.applied + 1,
               (SELECT min(s.number) - 1 FROM stash AS s WHERE s.sender = $1 AND s.subject = $2)
           ) AS n (number)
     WHERE NOT EXISTS (
           SELECT FROM held_message AS h
            WHERE h.sender = $1
              AND h.subject = $2
              AND h.number = n.number
              AND h.state IN ('RETRYING', 'PARKED', 'DEFERRED', 'DISCARDED'))
)
INSERT INTO held_message (held_id, state, cause, detail, stack, queue, lane, sender, subject, number, event_id,
                          headers, body, attempts, heard_at, first_failed_at, settled_at, history, awaits_upgrade)
SELECT gen_random_uuid(), 'DISCARDED', 'NEVER_CAME', 'later ones waited for it', '', '', '', $1, $2, m.number, NULL,
       '{}', ''::bytea, 0, $3, $4, $4, $5::jsonb, false
  FROM missing AS m
RETURNING held_id, number
