"""What the media plane is told at start."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from aioice.ice import get_host_addresses


@dataclass(frozen=True, slots=True)
class MediaConfig:
    """Every limit and address of the media plane, named once."""

    host: str = "0.0.0.0"
    """Where the UDP socket binds. An IPv6 address (`::`) makes it dual-stack."""
    port: int = 0
    """UDP port; 0: any free one (tests)."""
    tcp_port: int | None = None
    """TCP port for media where UDP is blocked; 0: any free one; None: none."""
    advertise: tuple[str, ...] = ()
    """Addresses that answers carry as host candidates; empty: loopback and every address of the machine."""
    audio_slots: int = 4
    """How many receive-only audio m-lines a client is asked to offer; it may offer fewer or (up to a limit)
    more."""
    video_slots: int = 16
    max_peers: int = 400
    connect_timeout_s: float = 30.0
    """From the answer to media flowing; a peer that takes longer is forgotten."""
    handshake_timeout_s: float = 10.0
    """From the first DTLS record to the keys."""
    consent_timeout_s: float = 15.0
    """Without an authenticated check for so long, nothing is sent to a peer any more (RFC 7675 allows up to
    30 s)."""
    path_timeout_s: float = 180.0
    """After so long without a path a peer is forgotten, with its keys: as long as its session would wait for it."""


def candidate_addresses(config: MediaConfig) -> tuple[str, ...]:
    """The addresses to put into answers, best first; found from the interfaces, without network traffic."""
    if config.advertise:
        return config.advertise
    bound = ipaddress.ip_address(config.host)
    if not bound.is_unspecified:
        return (config.host,)
    dual_stack = bound.version == 6
    return (*get_host_addresses(use_ipv4=True, use_ipv6=dual_stack), "127.0.0.1")
