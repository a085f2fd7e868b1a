"""The pages' pure functions, one test module a screen."""
