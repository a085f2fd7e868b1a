"""Tests of the test identity provider and the local organisation."""
