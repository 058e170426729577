"""`classroom doctor`: is this machine ready to serve, and if not, what is to be done.

Each check looks at one thing and gives findings with stable codes (`findings.Code`); none changes anything.
"""

from __future__ import annotations

from typing import Final

from classroom.config import Config
from classroom.doctor import cluster, listening, machine, media, public, turn
from classroom.doctor.findings import Check, Finding

__all__ = ["CHECKS", "Finding", "examine"]

CHECKS: Final[tuple[Check, ...]] = (
    listening.check_web_port,
    listening.check_media_port,
    listening.check_media_tcp_port,
    public.check_origin,
    public.check_certificate,
    public.check_public,
    media.check_addresses,
    turn.check,
    cluster.check_redis,
    cluster.check_node_url,
    machine.check_clock,
    machine.check_data,
    machine.check_keys,
    machine.check_client,
    machine.check_files,
    machine.check_memory,
    machine.check_udp_buffers,
)
"""In the order in which problems are best solved."""


def examine(config: Config) -> list[Finding]:
    return [finding for check in CHECKS for finding in check(config)]
