-- Note that an office returned a report: to itself, and to the desks that hold a copy of what it returned.
INSERT INTO withdrawal AS known (report_id, office, copies_only, returned_at)
SELECT $1, w.office, w.copies_only, $4
  FROM unnest($2::text[], $3::boolean[]) AS w (office, copies_only)
ON CONFLICT (report_id, office, copies_only) DO UPDATE
   SET returned_at = greatest(known.returned_at, excluded.returned_at)
