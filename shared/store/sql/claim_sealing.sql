-- Become the one sealer of this schema for the length of this transaction; false when another is at work.
SELECT pg_try_advisory_xact_lock(hashtextextended('shangda seal ' || current_schema(), 0))
