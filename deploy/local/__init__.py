"""The hub on one machine: the local stack, its organisation and its test identities."""
