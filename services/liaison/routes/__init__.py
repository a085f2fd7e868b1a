"""Liaison's API, one module an aggregate."""
