"""Rules that hold whatever anybody does in whatever order: hypothesis looks for the order that breaks them."""
