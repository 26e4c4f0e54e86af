-- The next number of an issuer's tickets of one mode on a day, from 1.
INSERT INTO ticket_count AS counted (issuer, day, mode, last)
VALUES ($1, $2, $3, 1)
    ON CONFLICT (issuer, day, mode) DO UPDATE SET last = counted.last + 1
RETURNING last
