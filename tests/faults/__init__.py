"""A deterministic simulator of faults: the real server on virtual time, with a seeded network, clock and store."""
