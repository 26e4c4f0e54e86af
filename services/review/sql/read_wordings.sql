-- Every wording of a case, oldest first.
SELECT wording, content
  FROM case_wording
 WHERE case_id = $1
 ORDER BY version, content ->> 'written_at', wording
