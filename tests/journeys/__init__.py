"""Journeys through the running hub, as people make them: a real Chromium, real parts, one promise a test."""
