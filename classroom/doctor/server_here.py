"""Whether a server of this configuration runs on this machine: what it holds is then no fault, and more can be looked at."""

from __future__ import annotations

import http.client
from typing import Final

from classroom.config import Config
from classroom.health_check import connect

TIMEOUT_S: Final = 3.0
READY_BYTES: Final = 4096


def answers(config: Config) -> bool:
    """Whether a server of ours answers on this port."""
    if config.port == 0:
        return False
    connection = connect(config, TIMEOUT_S)
    try:
        connection.request("GET", "/readyz")
        return is_ours(connection.getresponse().read(READY_BYTES))
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def is_ours(answer: bytes) -> bool:
    """Whether this is what our `/readyz` says."""
    return b'"sessions"' in answer
