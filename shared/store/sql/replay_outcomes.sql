-- What became of the messages of a replayed selection, in the order they were first held.
SELECT h.held_id, h.state, h.cause, h.detail
  FROM held_act AS a
  JOIN held_message AS h ON h.held_id = a.held_id
 WHERE a.selection_id = $1
 ORDER BY h.first_failed_at, h.held_id
