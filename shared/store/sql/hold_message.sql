-- Keep a message that could not be applied, with cause, stack and history. A second hold of one message changes nothing.
INSERT INTO held_message (held_id, state, cause, detail, stack, queue, lane, sender, subject, number, event_id,
                          headers, body, attempts, first_failed_at, next_attempt_at, history, awaits_upgrade,
                          heard_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14, $15, $16::jsonb, $17, $18)
    ON CONFLICT DO NOTHING
RETURNING held_id
