"""Digg's REST API profile."""
