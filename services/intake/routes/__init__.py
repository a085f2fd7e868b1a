"""Intake's API, one module for each thing that is handed over."""
