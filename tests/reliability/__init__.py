"""Reliability on real processes: `python -m tests.reliability NAME…` (see `__main__`).

`writers` are people who write numbered messages and know what was acknowledged; `faults` and `cluster_faults` do things to the
servers meanwhile and compare what the journal has; the other modules measure. What they found stands in docs/reliability.md.
"""
