"""One module a screen: a route asks the hub and shows a template; what can be decided without asking stands in pure functions."""
