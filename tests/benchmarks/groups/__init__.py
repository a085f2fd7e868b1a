"""One question a module; each has TITLE and `measure(run)`, which gives tables."""
