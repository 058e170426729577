"""Costs of single parts, in CPU time, next to a floor measured in the same run. `python -m benchmarks` runs them all."""
