-- Record that a link fell silent.
INSERT INTO outage (outage_id, peer, lane, silent_since)
VALUES ($1, $2, $3, $4)
