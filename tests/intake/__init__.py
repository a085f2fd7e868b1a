"""Intake: its decisions."""
