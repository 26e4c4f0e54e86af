-- Store how far subjects have been applied. The rows are locked by lock_progress.
UPDATE subject_progress AS p
   SET applied = t.applied
  FROM unnest($1::text[], $2::text[], $3::bigint[]) AS t (sender, subject, applied)
 WHERE p.sender = t.sender
   AND p.subject = t.subject
