-- Withdraw verdicts that a later fact overtook and nobody has decided. They stay readable.
UPDATE verdict
   SET state = 'WITHDRAWN', withdrawn_at = $2, revision = revision + 1
 WHERE verdict_id = ANY ($1::uuid[])
   AND state IN ('PROPOSED', 'SETTLED')
