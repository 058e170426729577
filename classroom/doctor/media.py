"""The addresses that browsers are told for sound and pictures."""

from __future__ import annotations

import ipaddress
import socket
from typing import Final
from urllib.parse import urlsplit

from aioice.ice import get_host_addresses

from classroom.config import Config, is_loopback
from classroom.doctor.findings import Finding, fail, ok

CHECK: Final = "media address"


def check_addresses(config: Config) -> list[Finding]:
    if config.loopback_only and is_loopback(urlsplit(config.public_url).hostname or ""):
        return []
    told = config.media_addresses or tuple(get_host_addresses(use_ipv4=True, use_ipv6=False))
    shown = ", ".join(told) or "none"
    if all(is_loopback(address) for address in told):
        advice = "Set MEDIA_ADDRESSES to the address by which people's browsers reach this machine."
        return fail(CHECK, "media-address-loopback", f"Browsers are told {shown}.", advice)
    if all(ipaddress.ip_address(address).is_private for address in told) and _is_public(config):
        advice = "Set MEDIA_ADDRESSES to the public address, and let the router pass MEDIA_PORT on to this machine."
        found = f"Browsers are told {shown} only, which no one outside this network reaches."
        return fail(CHECK, "media-address-private", found, advice)
    return ok(CHECK, f"{shown}.")


def _is_public(config: Config) -> bool:
    """Whether the name that people open has an address of the internet."""
    try:
        found = socket.getaddrinfo(urlsplit(config.public_url).hostname, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return any(ipaddress.ip_address(str(address[0]).split("%")[0]).is_global for *_, address in found)
