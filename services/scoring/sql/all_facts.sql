-- Every fact ever kept, item by item.
SELECT fact_item.item, fact.event_id, fact.type, fact.earned_at, fact.body::text AS body
  FROM fact_item
  JOIN fact ON fact.event_id = fact_item.event_id
 ORDER BY fact_item.item, fact.earned_at, fact.event_id
