-- Every fact known of one item.
SELECT fact.event_id, fact.type, fact.earned_at, fact.body::text AS body
  FROM fact_item
  JOIN fact ON fact.event_id = fact_item.event_id
 WHERE fact_item.item = $1
 ORDER BY fact.earned_at, fact.event_id
