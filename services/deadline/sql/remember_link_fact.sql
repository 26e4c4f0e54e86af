-- Keep that a link fell silent or answers again.
INSERT INTO link_fact (fact_id, peer, lane, state, since, stated_at)
VALUES ($1, $2, $3, $4, $5, $6)
