-- Read one appointment, in force or ended.
SELECT appointment_id, person, person_name, office, role, valid_from, valid_to, delegated_by
  FROM appointment
 WHERE appointment_id = $1
