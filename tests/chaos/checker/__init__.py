"""The checker: believes only receipts, store, streams, views, read log and files. It imports nothing from the services."""
