-- The next number of an issuer's tickets on a day, from 1.
INSERT INTO ticket_count AS counted (issuer, day, last)
VALUES ($1, $2, 1)
    ON CONFLICT (issuer, day) DO UPDATE SET last = counted.last + 1
RETURNING last
