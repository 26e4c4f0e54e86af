"""Making a site ready to run: broker definitions, database, accounts, keys, and the settings file it starts from."""
