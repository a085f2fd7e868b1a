"""The web pages: rendered on the server, a client of the three services like any other."""
