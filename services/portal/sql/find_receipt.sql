-- Find the receipt of an act.
SELECT content FROM receipt WHERE person = $1 AND key = $2
