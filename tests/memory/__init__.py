"""The hub's stores, keyring and logs in memory, with the same promises as on PostgreSQL: `test_promises` holds both to them."""
