"""What is read of a server's metrics."""

from __future__ import annotations

from loadtest.server_meter import read_metrics

METRICS = """# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total 12.5
process_resident_memory_bytes 1.048576e+06
process_resident_memory_bytes_more 5
http_requests_total{path="/"} 3
"""


def test_cpu_and_memory_are_read() -> None:
    assert read_metrics(METRICS) == {
        "process_cpu_seconds_total": 12.5,
        "process_resident_memory_bytes": 1 << 20,
    }


def test_what_is_no_metrics_gives_nothing() -> None:
    assert read_metrics("<html>") == {}
    assert read_metrics("process_cpu_seconds_total \nprocess_cpu_seconds_total much") == {}
