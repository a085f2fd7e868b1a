"""The database: roles, schemas, keyring, stores and views, made and migrated from here."""
