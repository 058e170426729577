"""Who may open a socket at all: pages of our own origins, and nobody too often.

The origin says which page's script opens a WebSocket; browsers do not let scripts forge it, and set it always. It
keeps strangers' pages from using a visitor's browser. Programs that are no browsers send none, and are let through:
they have nothing to gain, for it is the invitation that lets people in.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from typing import Final
from urllib.parse import urlsplit

from aioice.ice import get_host_addresses

from classroom import logs
from classroom.config import Config, Limits
from signaling.buckets import TokenBucket

log = logs.get("gate")

LOG_LINES_PER_S: Final = 1.0
LOG_LINES_BURST: Final = 20.0


def allowed_origins(config: Config) -> frozenset[str]:
    """PUBLIC_URL, ALLOWED_ORIGINS, and the addresses under which this machine serves directly."""
    scheme = "https" if config.tls_cert else "http"
    hosts = {"localhost", "127.0.0.1", "[::1]"}
    if not config.loopback_only:
        found = (
            get_host_addresses(use_ipv4=True, use_ipv6=True)
            if config.host in ("0.0.0.0", "::")
            else [config.host]
        )
        hosts |= {f"[{address}]" if ":" in address else address for address in found}
    default = 443 if config.tls_cert else 80
    suffix = "" if config.port == default else f":{config.port}"
    own = {f"{scheme}://{host}{suffix}" for host in hosts}
    return frozenset({config.public_url, *config.allowed_origins, *own})


def is_allowed(origin: str | None, allowed: frozenset[str]) -> bool:
    """`origin`: the header's value (RFC 6454 section 7), None if there is none."""
    return origin is None or origin.lower() in allowed


def is_local_host(header: str | None) -> bool:
    """Whether a Host header names this machine's loopback: not so when a stranger's name was pointed at it."""
    name = urlsplit(f"//{header or ''}").hostname or ""
    return name in ("localhost", "127.0.0.1", "::1")


class Turnstile:
    """A token bucket per client address, for so many addresses as `Limits.addresses`."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def take(self, address: str, now: float) -> bool:
        """Whether one more socket from this address is let through. `now`: monotonic seconds."""
        key = network_of(address)
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = TokenBucket(self._limits.joins_per_s, self._limits.join_burst, now)
            if len(self._buckets) > self._limits.addresses:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        return bucket.take(now)


class Refusals:
    """Tells the log who was not let in, a few times a second at most: whoever knocks without end must not fill a disk."""

    def __init__(self, now: float) -> None:
        self._lines = TokenBucket(LOG_LINES_PER_S, LOG_LINES_BURST, now)
        self._untold = 0

    def note(self, what: str, why: str, address: str, now: float, **named: str) -> None:
        """`what` was refused. `address`: whose it was, empty where `named` says more. `now`: monotonic seconds."""
        if self._lines.take(now):
            named |= {"address": address} if address else {}
            log.warning(f"{what} refused", why=why, untold=self._untold, **named)
            self._untold = 0
        else:
            self._untold += 1


def network_of(address: str) -> str:
    """What is counted as one client: an IPv4 address, or an IPv6 /64, which is what one household is given."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
