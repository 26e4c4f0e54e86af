-- Per neighbour: our newest statement that it countersigned, our newest of all, and how many of its own since $3 we
-- refused to sign.
SELECT p.peer,
       (SELECT max(s.stated_at) FROM head_statement AS s WHERE s.site = $1) AS stated_at,
       (SELECT s.stated_at
          FROM head_statement AS s
          JOIN witness AS w ON w.digest = s.digest AND w.by_site = p.peer
         WHERE s.site = $1
         ORDER BY s.stated_at DESC
         LIMIT 1) AS witnessed_at,
       (SELECT count(*)
          FROM head_statement AS s
         WHERE s.site = p.peer
           AND s.stated_at >= $3
           AND NOT EXISTS (SELECT FROM witness AS w WHERE w.digest = s.digest AND w.by_site = $1)) AS refused
  FROM unnest($2::text[]) AS p (peer)
