-- Store what an act made of a case. The guard on revision makes a second act on the same page change nothing.
UPDATE review_case
   SET state = $3, step = $4, revision = revision + 1, title = $5, current = $6, chain = $7, reviewers = $8,
       rewriters = $13, held_since = $9, held_until = $10, held_reason = $11,
       step_since = CASE WHEN state = $3 AND step = $4 THEN step_since ELSE $12 END
 WHERE case_id = $1
   AND revision = $2
RETURNING revision
