-- Tell whether a person holds any appointment at one of the offices at an instant.
SELECT EXISTS (
    SELECT 1
      FROM appointment
     WHERE person = $1
       AND office = ANY ($2::text[])
       AND valid_from <= $3
       AND (valid_to IS NULL OR valid_to > $3)
)
