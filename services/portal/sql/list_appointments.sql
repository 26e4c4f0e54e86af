-- List what a person is appointed to, in force or not.
SELECT appointment_id, person, person_name, office, role, valid_from, valid_to, delegated_by
  FROM appointment
 WHERE person = $1
 ORDER BY valid_from, appointment_id
