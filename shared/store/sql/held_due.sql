-- Whether a held message is due for its next attempt.
SELECT EXISTS (SELECT FROM held_message WHERE state = 'RETRYING' AND next_attempt_at <= $1)
