"""What is known of the disk: asked in a thread, because a disk may take its time, or never answer."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path

from cryptography.x509 import load_pem_x509_certificate

from classroom.config import Config


@dataclass(frozen=True, slots=True)
class Disk:
    free_bytes: int
    size_bytes: int
    certificate_ends_s: float | None
    """Unix time; None: the server has no certificate of its own."""


class DiskWatch:
    """One question is under way at most; meanwhile the last answer stands."""

    def __init__(self, config: Config) -> None:
        self._data_dir = config.data_dir
        self._certificate = config.tls_cert
        self._asking: asyncio.Future[Disk | None] | None = None
        self.newest: Disk | None = None

    async def ask(self, patience_s: float) -> Disk | None:
        """The newest answer, waited for so long; None: there never was one."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.ensure_future(asyncio.to_thread(_look, self._data_dir, self._certificate))
        await asyncio.wait([self._asking], timeout=patience_s)
        if self._asking.done() and (found := self._asking.result()) is not None:
            self.newest = found
        return self.newest


def _look(data_dir: Path, certificate: Path | None) -> Disk | None:
    try:
        usage = shutil.disk_usage(data_dir)
    except OSError:
        return None
    return Disk(usage.free, usage.total, None if certificate is None else _ends_s(certificate))


def _ends_s(certificate: Path) -> float | None:
    try:
        return load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc.timestamp()
    except (OSError, ValueError):
        return None
