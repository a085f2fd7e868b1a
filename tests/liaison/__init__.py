"""Liaison: its decisions."""
