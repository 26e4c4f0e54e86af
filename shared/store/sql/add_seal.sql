-- Close a batch: its facts with their positions and leaves, and its seal.
WITH fact AS (
    INSERT INTO sealed_fact (position, event_id, batch, leaf)
    SELECT $3 + t.ordinal - 1, t.event_id, $1, t.leaf
      FROM unnest($9::uuid[], $10::bytea[]) WITH ORDINALITY AS t (event_id, leaf, ordinal)
)
INSERT INTO seal (batch, epoch, first_position, last_position, root, previous, head, horizon)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text::xid8)
