-- Signals of territories, newest first; $2 says whether those of no known territory are shown too.
SELECT signal_id, mode, agency, source, at, occurred_at, place, territory, kind, dead, missing, injured, gist, received_at
  FROM signal
 WHERE (territory = ANY ($1::text[]) OR ($2 AND territory IS NULL))
   AND ($3::timestamptz IS NULL OR (received_at, signal_id) < ($3, $4::uuid))
 ORDER BY received_at DESC, signal_id DESC
 LIMIT $5
