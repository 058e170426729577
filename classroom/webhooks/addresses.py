"""Where webhooks may go: not into the server's own network, where an address chosen by a program could do harm (SSRF).

Public addresses only, over https; and whatever is in the operator's `WEBHOOK_NETWORKS`, over http too. A name is looked up
for each connection, which then goes to the very address that was checked.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

MAX_URL_CHARS: Final = 500
NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""RFC 6052: an IPv4 address in its last four bytes."""


class Forbidden(Exception):
    """No webhook goes there; the text says why."""


def check_url(url: str, allowed: Sequence[Network]) -> None:
    """What can be told from the address alone. Raises Forbidden."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Forbidden("not an address") from None
    printable = url.isascii() and url.isprintable() and " " not in url
    if not printable or len(url) > MAX_URL_CHARS or not host or port == 0:
        raise Forbidden("not an address")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Forbidden("without user, password and fragment")
    literal = _literal(host)
    if literal is not None:
        check(literal, allowed)
    if parts.scheme == "http" and allowed:
        return  # `check_connection` sees whether the address is one of those
    if parts.scheme != "https":
        raise Forbidden("https is wanted")


def check(address: Address, allowed: Sequence[Network]) -> None:
    """Raises Forbidden unless a webhook may go to this address."""
    inner = _embedded(address)
    if any(one in network for one in (address, inner) for network in allowed):
        return
    if not inner.is_global or inner.is_multicast or inner.is_reserved:
        raise Forbidden("not a public address; WEBHOOK_NETWORKS can allow it")


def check_connection(address: Address, allowed: Sequence[Network], *, encrypted: bool) -> None:
    """Raises Forbidden unless a connection may be opened to it."""
    check(address, allowed)
    if not encrypted and not any(_embedded(address) in network for network in allowed):
        raise Forbidden("https is wanted")


def _embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 one leads to, where it does."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in NAT64:
            return ipaddress.IPv4Address(address.packed[12:])
        return address.ipv4_mapped or address.sixtofour or address
    return address


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
