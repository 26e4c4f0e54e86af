-- One held message, whole, and how many later events of its sender and subject wait.
SELECT h.held_id, h.state, h.cause, h.detail, h.stack, h.queue, h.sender, h.subject, h.number, h.event_id, h.headers,
       h.body, h.attempts, h.first_failed_at, h.next_attempt_at, h.settled_at, h.history,
       (SELECT count(*) FROM stash AS s WHERE s.sender = h.sender AND s.subject = h.subject AND s.number > h.number)
       AS waiting
  FROM held_message AS h
 WHERE h.held_id = $1
