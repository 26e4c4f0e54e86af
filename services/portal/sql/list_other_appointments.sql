-- List what these people are appointed to beside these appointments and not ended by an instant.
SELECT appointment_id, person, person_name, office, role, valid_from, valid_to, delegated_by
  FROM appointment
 WHERE person = ANY($1::text[]) AND appointment_id <> ALL($2::text[]) AND (valid_to IS NULL OR valid_to > $3)
 ORDER BY appointment_id
