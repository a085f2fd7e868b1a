"""The whole suite, on the same real parts as the hub itself."""
