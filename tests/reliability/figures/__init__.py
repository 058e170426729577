"""What is measured on real processes: `python -m tests.reliability.figures [--write] [NAME…]`.

Each module measures one thing and returns the cells of its row in docs/reliability.md; with `--write` they are put there.
"""
