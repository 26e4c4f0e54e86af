-- Signals of territories, received last first; $2 says whether those of no known territory are shown too.
SELECT signal_id, agency, agency_event_id, source, at, occurred_at, place, territory, kind, dead, missing, injured,
       gist, received_at, mode
  FROM signal
 WHERE (territory = ANY ($1::text[]) OR ($2 AND territory IS NULL))
   AND ($3::uuid IS NULL OR signal_id < $3)
 ORDER BY signal_id DESC
 LIMIT $4
