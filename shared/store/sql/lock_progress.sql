-- Lock the progress of subjects, in one order for every replica, and read it.
INSERT INTO subject_progress AS p (sender, subject, applied)
SELECT t.sender, t.subject, 0
  FROM unnest($1::text[], $2::text[]) AS t (sender, subject)
 ORDER BY t.sender, t.subject
    ON CONFLICT (sender, subject) DO UPDATE SET applied = p.applied
RETURNING p.sender, p.subject, p.applied, p.pruned
