-- End the sessions of a person, all but one where one is named.
DELETE FROM session WHERE person = $1 AND token_hash IS DISTINCT FROM $2
