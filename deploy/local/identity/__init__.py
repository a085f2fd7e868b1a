"""The test identity provider: an OpenID provider without passwords, for this machine only."""
