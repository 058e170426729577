"""Finding the process behind a port."""

from __future__ import annotations

import os
import socket

import pytest

from loadtest.server_process import find_server, process_usage


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_listening_process_is_found_and_read(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = find_server(host, listener.getsockname()[1])
        assert server is not None
        assert server.pid == os.getpid()
        usage = server.usage()
    assert usage is not None
    assert usage.cpu_seconds > 0
    assert usage.peak_memory_bytes > 1 << 20


def test_other_machines_and_unused_ports_have_none() -> None:
    assert find_server("192.0.2.7", 80) is None
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert find_server("127.0.0.1", port) is None


def test_a_process_that_has_gone_has_no_usage() -> None:
    assert process_usage(2**22 + 1) is None
