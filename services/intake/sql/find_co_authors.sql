-- Whose text an author's draft was before it was taken up; empty for a text of the author's own.
SELECT co_authors
  FROM draft
 WHERE draft_id = $1 AND office = $2 AND author = $3
