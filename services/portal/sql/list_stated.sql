-- Find several appointments with the revision last stated.
SELECT appointment_id, revision, person, person_name, office, role, valid_from, valid_to, delegated_by
  FROM appointment
 WHERE appointment_id = ANY($1::text[])
