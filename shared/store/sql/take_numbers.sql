-- Take the next numbers of subjects for their readers; the counter's row lock orders concurrent takers.
INSERT INTO subject_counter AS c (subject, reader, epoch, last)
SELECT t.subject, t.reader, $4, t.wanted
  FROM unnest($1::text[], $2::text[], $3::bigint[]) AS t (subject, reader, wanted)
 ORDER BY t.subject, t.reader
    ON CONFLICT (subject, reader, epoch) DO UPDATE SET last = c.last + excluded.last
RETURNING c.subject, c.reader, c.last
