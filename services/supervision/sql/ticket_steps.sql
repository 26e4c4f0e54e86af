-- A ticket's history as one side knows it. $3: the offices whose acts a copy's side shows; NULL shows all.
SELECT act, office, by_name, text, co_signed, at
  FROM ticket_step
 WHERE ticket_id = $1
   AND side = $2
   AND ($3::text[] IS NULL OR office = ANY ($3))
 ORDER BY step_no
