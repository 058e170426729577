"""What the process tells Prometheus of itself.

`counts.py` and `distribution.py` are what the wiring counts with, as things happen: plain numbers. Everything else is read
from the parts themselves when somebody asks, so that packets pay nothing: `snapshot.py` reads, in steps that keep nobody
waiting; one module per subject makes metrics of what was read; `page.py` prepares the answer, `route.py` gives it.
"""
