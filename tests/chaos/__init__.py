"""The fault run: real writers, faults at random from a seed, and a checker that believes nobody."""
