"""How Nattljus is run: locally, on servers, and from the command line."""
