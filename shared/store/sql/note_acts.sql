-- Note what an operator did, one line per message.
INSERT INTO held_act (act_id, held_id, act, actor, reason, at, selection_id)
SELECT t.act_id, t.held_id, $3, $4, $5, $6, $7
  FROM unnest($1::uuid[], $2::uuid[]) AS t (act_id, held_id)
