-- Read what waits for an earlier event of these subjects. Runs after lock_progress, so that it sees every commit.
SELECT s.sender, s.subject, s.number, s.event_id, s.queue, s.lane, s.headers, s.body
  FROM stash AS s
  JOIN unnest($1::text[], $2::text[]) AS t (sender, subject)
    ON s.sender = t.sender
   AND s.subject = t.subject
 ORDER BY s.sender, s.subject, s.number
