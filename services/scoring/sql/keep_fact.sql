-- Keep a fact for ever, after locking its items in order: whoever else hears of one waits until this transaction ends.
WITH locked AS (
    SELECT given.item, pg_advisory_xact_lock(hashtextextended(given.item, 0))
      FROM unnest($3::text[]) AS given (item)
), kept AS (
    INSERT INTO fact (event_id, type, earned_at, body, heard_at)
    VALUES ($1, $2, $4, $5::jsonb, $6)
        ON CONFLICT (event_id) DO NOTHING
)
INSERT INTO fact_item (item, event_id)
SELECT locked.item, $1
  FROM locked
    ON CONFLICT (item, event_id) DO NOTHING
