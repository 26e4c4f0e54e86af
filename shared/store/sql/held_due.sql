-- Whether a held message is due for its next attempt.
SELECT EXISTS (SELECT FROM held_message WHERE state IN ('RETRYING', 'DEFERRED') AND next_attempt_at <= $1)
