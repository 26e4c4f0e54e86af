-- What happened to a case, oldest first.
SELECT revision, act, at, wording, person, person_name, appointment, role, office, reason, text
  FROM case_act
 WHERE case_id = $1
 ORDER BY revision
