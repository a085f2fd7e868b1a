"""The local stack, its servers and its command line."""
