"""Whether the server on this machine lives, by exit code 0 or 1: `python -m classroom.health_check`, a container's HEALTHCHECK.

It asks `/healthz`, at the address and port that the environment says. It imports little: it runs every few seconds.
"""

from __future__ import annotations

import http.client
import ssl
import sys
from typing import Final

from classroom.config import Config, ConfigError, load

TIMEOUT_S: Final = 3.0


def lives(config: Config) -> bool:
    try:
        connection = connect(config, TIMEOUT_S)
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False


def connect(config: Config, timeout_s: float) -> http.client.HTTPConnection:
    """To the server of this configuration, from its own machine. Whose certificate it shows does not matter here."""
    host = "127.0.0.1" if config.host in ("localhost", "0.0.0.0", "::") else config.host
    if config.tls_cert is None:
        return http.client.HTTPConnection(host, config.port, timeout=timeout_s)
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, config.port, timeout=timeout_s, context=context)


if __name__ == "__main__":
    try:
        sys.exit(0 if lives(load()) else 1)
    except ConfigError as problem:
        sys.exit(str(problem))
