"""What a check of the doctor says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from classroom.config import Config

Status = Literal["ok", "warn", "fail"]
Code = Literal[
    "web-port-taken",
    "media-port-taken",
    "media-tcp-port-taken",
    "media-tcp-off",
    "origin-insecure",
    "origin-local",
    "certificate-unusable",
    "certificate-ended",
    "certificate-ends",
    "certificate-name",
    "certificate-untrusted",
    "public-away",
    "public-untrusted",
    "public-other",
    "websocket-refused",
    "origin-refused",
    "proxy-untrusted",
    "media-address-loopback",
    "media-address-private",
    "turn-missing",
    "turn-away",
    "turn-untrusted",
    "turn-refused",
    "turn-peer-forbidden",
    "turn-open",
    "turn-fails",
    "redis-away",
    "redis-old",
    "redis-forgets",
    "redis-may-forget",
    "redis-evicts",
    "node-url-local",
    "node-url-away",
    "clock-wrong",
    "clock-unknown",
    "data-unwritable",
    "data-network",
    "data-broken",
    "disk-full",
    "keys-unusable",
    "keys-open",
    "files-few",
    "memory-low",
    "udp-buffers-small",
    "client-missing",
]
"""What can be wrong, by names that stay: programs and pages may refer to them. docs/doctor.md explains each."""
COLORS: Final[dict[Status, str]] = {"ok": "\033[32m", "warn": "\033[33m", "fail": "\033[31m"}


class Finding(NamedTuple):
    """`check`: what was looked at; `found`: what is so; `advice`: what to do, empty if nothing; `code`: None if all is well."""

    check: str
    status: Status
    found: str
    advice: str = ""
    code: Code | None = None

    def line(self, *, color: bool) -> str:
        status = f"{COLORS[self.status]}{self.status:<4}\033[0m" if color else f"{self.status:<4}"
        said = " ".join(
            part for part in (self.found, self.advice, f"[{self.code}]" if self.code else "") if part
        )
        return f"{status}  {self.check:<14} {said}"


Check = Callable[[Config], list[Finding]]


def ok(check: str, found: str, advice: str = "") -> list[Finding]:
    return [Finding(check, "ok", found, advice)]


def warn(check: str, code: Code, found: str, advice: str) -> list[Finding]:
    return [Finding(check, "warn", found, advice, code)]


def fail(check: str, code: Code, found: str, advice: str) -> list[Finding]:
    return [Finding(check, "fail", found, advice, code)]
