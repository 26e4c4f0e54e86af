-- An office's issues before a given one: newest first.
SELECT i.issue_id, i.publication, i.name, i.mode, i.year, i.ordinal, i.issue_date, i.opened_at,
       (SELECT count(*) FROM adoption AS a WHERE a.issue_id = i.issue_id) AS items
  FROM issue AS i
 WHERE i.office = $1
   AND (i.opened_at, i.issue_id) < ($2, $3)
 ORDER BY i.opened_at DESC, i.issue_id DESC
 LIMIT $4
