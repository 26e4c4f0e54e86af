-- Take the counter of a publication's year: adoptions into one publication go one after the other.
INSERT INTO issue_counter AS counter (publication, year, last)
VALUES ($1, $2, 0)
ON CONFLICT (publication, year) DO UPDATE
   SET last = counter.last
RETURNING last
