"""What a variable's text may be: parsers from text to value. Each raises ValueError with what is wanted."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

MIN_SECRET_CHARS: Final = 16
REDIS_SCHEMES: Final = ("redis", "rediss", "unix", "redis+cluster", "rediss+cluster")


def secret(text: str) -> str:
    if len(text) < MIN_SECRET_CHARS or not (text.isascii() and text.isprintable()) or " " in text:
        raise ValueError(f"wants {MIN_SECRET_CHARS} printable ASCII characters or more, without spaces")
    return text


def integer(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or not low <= int(text) <= high:
            raise ValueError(f"wants a whole number from {low} to {high}")
        return int(text)

    return parse


def or_off(parse: Callable[[str], int]) -> Callable[[str], int | None]:
    def parse_or_off(text: str) -> int | None:
        if text.lower() == "off":
            return None
        try:
            return parse(text)
        except ValueError as problem:
            raise ValueError(f"{problem}, or off") from None

    return parse_or_off


def choice(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(f"wants one of {', '.join(choices)}")
        return text.lower()

    return parse


def host(text: str) -> str:
    if text == "localhost":
        return text
    try:
        return str(ipaddress.ip_address(text.strip("[]")))
    except ValueError:
        raise ValueError("wants an IP address or localhost") from None


def file(text: str) -> Path | None:
    path = Path(text)
    if not path.is_file():
        raise ValueError("wants the path of a readable file")
    return path


def list_of(parse: Callable[[str], str]) -> Callable[[str], tuple[str, ...]]:
    return lambda text: tuple(parse(item.strip()) for item in text.split(",") if item.strip())


def address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError("wants IP addresses separated by commas") from None


def network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text) if "/" in text else ipaddress.ip_address(text))
    except ValueError:
        raise ValueError("wants IP addresses or networks (10.1.0.0/16) separated by commas") from None


def origin(text: str) -> str:
    """An origin (RFC 6454 section 4) in its normal form: lower case, no default port, no path."""
    wanted = "wants http(s)://host[:port] and nothing after it"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(wanted) from None
    more = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if parts.scheme not in ("http", "https") or not parts.hostname or more:
        raise ValueError(wanted)
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if port in (None, 443 if parts.scheme == "https" else 80):
        return f"{parts.scheme}://{name}"
    return f"{parts.scheme}://{name}:{port}"


def turn_url(text: str) -> str:
    scheme, _, rest = text.partition(":")
    if scheme not in ("turn", "turns") or not rest:
        raise ValueError("wants turn:host:port or turns:host:port, separated by commas (RFC 7065)")
    return text


def redis_url(text: str) -> str | None:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in REDIS_SCHEMES and parts.port != 0
    except ValueError:  # a port that is no number
        usable = False
    if not usable:
        raise ValueError("wants redis://host:port/database, or redis+cluster://host:port")
    return text
