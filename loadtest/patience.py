"""Trying again what could not be reached, as a client does: with growing pauses and jitter."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Final

from loadtest.session import SessionError

PATIENCE_S: Final = 60.0
"""How long a client tries to come in, or back."""
_PAUSE_S, _PAUSE_MAX_S = 0.5, 8.0


async def persist(step: Callable[[], Awaitable[object]], wanted: Callable[[], bool]) -> int:
    """How often it had to be tried again. Raises the SessionError of the last try: it was final, nobody wants it any more, or
    patience is over."""
    until = time.monotonic() + PATIENCE_S
    pause = _PAUSE_S
    again = 0
    while True:
        try:
            await step()
            return again
        except SessionError as error:
            if error.final or not wanted() or time.monotonic() + pause > until:
                raise
        again += 1
        await asyncio.sleep(random.uniform(pause / 2, pause))
        pause = min(_PAUSE_MAX_S, pause * 2)
