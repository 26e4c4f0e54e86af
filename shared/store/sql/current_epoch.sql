-- The epoch of this database.
SELECT max(epoch) FROM database_epoch
