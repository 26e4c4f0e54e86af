-- Open the next issue of a publication's year, under the lock of its counter.
WITH taken AS (
    UPDATE issue_counter
       SET last = last + 1
     WHERE publication = $2
       AND mode = $5
       AND year = $6
    RETURNING last
)
INSERT INTO issue (issue_id, publication, office, name, mode, year, ordinal, issue_date, opened_at)
SELECT $1, $2, $3, $4, $5, $6, taken.last, $7, $8
  FROM taken
RETURNING issue_id, ordinal
