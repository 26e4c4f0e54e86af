-- Read from when on people were taken from appointments by an operator, as last stated.
SELECT DISTINCT ON (appointment_id, person) appointment_id, person, valid_to
  FROM dismissal
 WHERE appointment_id = ANY($1::text[])
 ORDER BY appointment_id, person, dismissal_id DESC
