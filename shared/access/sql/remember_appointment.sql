-- Store an appointment as its sender last stated it; an older or repeated revision changes nothing.
INSERT INTO appointment AS known
       (appointment_id, revision, person, person_name, office, role, valid_from, valid_to, delegated_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (appointment_id) DO UPDATE
   SET revision = EXCLUDED.revision,
       person = EXCLUDED.person,
       person_name = EXCLUDED.person_name,
       office = EXCLUDED.office,
       role = EXCLUDED.role,
       valid_from = EXCLUDED.valid_from,
       valid_to = EXCLUDED.valid_to,
       delegated_by = EXCLUDED.delegated_by
 WHERE known.revision < EXCLUDED.revision
RETURNING appointment_id
