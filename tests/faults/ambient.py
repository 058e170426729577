"""Clocks and chance of the schedule that runs now, in place of the machine's, for everything in this Python process.

A server's process has clocks of its own: one that runs faster or slower, and a wall clock that is off and jumps.
"""

from __future__ import annotations

import secrets
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from tests.faults.loop import PROCESS, VirtualLoop

EPOCH_S = 1_795_000_000.0
"""The Unix time at which every schedule starts."""

_loop: VirtualLoop | None = None
_chance = Random(0)
_real = (time.monotonic, time.time, time.time_ns)


def monotonic() -> float:
    if _loop is None:
        return _real[0]()
    process = PROCESS.get()
    return 1_000.0 + _loop.now * (1.0 if process is None else process.clock_rate)


def time_ns() -> int:
    if _loop is None:
        return _real[2]()
    process = PROCESS.get()
    offset = 0.0 if process is None else process.clock_offset_s
    return round((EPOCH_S + _loop.now + offset) * 1e6) * 1_000


def unix_time() -> float:
    return _real[1]() if _loop is None else time_ns() / 1e9


def install() -> None:
    """Once, after the server's modules were imported: those that took the clock by name get this one."""
    replaced = {_real[0]: monotonic, _real[1]: unix_time, _real[2]: time_ns}
    time.monotonic, time.time, time.time_ns = monotonic, unix_time, time_ns
    for name, module in tuple(sys.modules.items()):
        if name.split(".")[0] in ("classroom", "signaling"):
            for attribute, value in tuple(vars(module).items()):
                if callable(value) and value in _real:
                    setattr(module, attribute, replaced[value])
    secrets.randbits = lambda bits: _chance.getrandbits(bits)
    secrets.token_bytes = lambda size=32: _chance.randbytes(size)
    secrets.token_hex = lambda size=32: _chance.randbytes(size).hex()
    secrets.token_urlsafe = lambda size=32: urlsafe_b64encode(_chance.randbytes(size)).rstrip(b"=").decode()


@contextmanager
def ambient(loop: VirtualLoop, seed: str) -> Iterator[None]:
    """Until the end: this loop's time, and chance from this seed."""
    global _loop, _chance
    _loop, _chance = loop, Random(seed)
    try:
        yield
    finally:
        _loop = None
