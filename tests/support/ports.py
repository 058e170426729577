"""A port that nobody has."""

from __future__ import annotations

import socket


def free_port() -> int:
    """Of TCP on 127.0.0.1, at this moment: whoever is quicker may have it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
