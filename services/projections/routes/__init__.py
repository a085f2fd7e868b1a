"""The query API, one module a screen."""
