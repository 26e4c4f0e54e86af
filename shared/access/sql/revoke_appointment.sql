-- End an appointment; the guard on revision makes an older or repeated end change nothing.
UPDATE appointment
   SET valid_to = $2, revision = $3
 WHERE appointment_id = $1
   AND revision < $3
RETURNING appointment_id
