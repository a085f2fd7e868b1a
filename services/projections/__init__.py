"""Projections: what people look at, one view a module, each derived from the events and thrown away at will."""
