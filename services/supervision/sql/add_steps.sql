-- Add acts to a ticket's history, in order.
INSERT INTO ticket_step (ticket_id, side, act, office, by_name, text, co_signed, at)
SELECT $1, $2, done.act, $4, $5, $6, $7::text[], $8
  FROM unnest($3::text[]) WITH ORDINALITY AS done (act, place)
 ORDER BY done.place
