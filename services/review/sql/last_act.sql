-- What happened to a case last: what a person who came second is told.
SELECT revision, act, at, wording, person, person_name, appointment, role, office, reason, text
  FROM case_act
 WHERE case_id = $1
 ORDER BY revision DESC
 LIMIT 1
