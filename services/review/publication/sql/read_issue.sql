-- One issue of an office.
SELECT i.issue_id, i.publication, i.name, i.mode, i.year, i.ordinal, i.issue_date, i.opened_at,
       (SELECT count(*) FROM adoption AS a WHERE a.issue_id = i.issue_id) AS items
  FROM issue AS i
 WHERE i.issue_id = $1
   AND i.office = $2
