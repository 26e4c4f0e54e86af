-- Take the counter of a publication's year: adoptions into one publication go one after the other.
INSERT INTO issue_counter AS counter (publication, mode, year, last)
VALUES ($1, $2, $3, 0)
ON CONFLICT (publication, mode, year) DO UPDATE
   SET last = counter.last
RETURNING last
