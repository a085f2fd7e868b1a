"""Identity: which tokens are believed."""
