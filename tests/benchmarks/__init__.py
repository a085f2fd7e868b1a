"""Benchmarks: programs that print what they measured beside the physical limit and the peers of the same run (`make bench`)."""
