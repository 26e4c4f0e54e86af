-- Agencies' signals, newest first.
SELECT signal_id, agency, source, at, occurred_at, place, territory, kind, dead, missing, injured, gist, received_at
  FROM signal
 WHERE $1::timestamptz IS NULL OR (received_at, signal_id) < ($1, $2::uuid)
 ORDER BY received_at DESC, signal_id DESC
 LIMIT $3
