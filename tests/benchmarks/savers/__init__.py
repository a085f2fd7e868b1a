"""Processes that save as fast as they can for a while, each with another store; they talk in JSON lines."""
