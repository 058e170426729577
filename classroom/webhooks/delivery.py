"""When a message is tried, tried again, and given up: one webhook's queue. Sans-I/O; times are Unix milliseconds.

A message is tried at once, then after 5 s, 20 s, 80 s, … up to an hour apart, each with some chance in it, so that many that
failed together do not come back together; a day after it happened it is given up. A receiver that answers 410 (Gone) wants
no more: the webhook ends.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

import msgspec

FIRST_MS: Final = 5_000
FACTOR: Final = 4
LONGEST_MS: Final = 3_600_000
GIVEN_UP_MS: Final = 24 * 3_600_000
WAITING_MAX: Final = 1_000
"""Messages of one webhook; what comes when so many wait is dropped, and counted."""
IN_FLIGHT_MAX: Final = 4
"""Messages of one webhook that are being sent."""
GONE: Final = 410


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A message on its way."""

    id: str
    """`webhook-id`: the same in each try, and for each webhook."""
    body: str
    at_ms: int
    """When it happened."""
    tries: int = 0
    due_ms: int = 0


class Fate(Enum):
    DELIVERED = "delivered"
    AGAIN = "again"
    GIVEN_UP = "given_up"
    ENDED = "ended"
    """The receiver wants no more of them."""


def pause_ms(tries: int, chance: float) -> int:
    """Until the next try, after so many failed. `chance`: from 0 to 1."""
    longest = min(LONGEST_MS, FIRST_MS * int(FACTOR ** (min(tries, 20) - 1)))
    return round(longest * (0.5 + 0.5 * chance))


class Queue:
    """One webhook's messages."""

    def __init__(self) -> None:
        self._waiting: dict[str, Delivery] = {}
        self._in_flight: dict[str, Delivery] = {}

    def __len__(self) -> int:
        return len(self._waiting) + len(self._in_flight)

    def __contains__(self, delivery_id: str) -> bool:
        return delivery_id in self._waiting or delivery_id in self._in_flight

    def offer(self, delivery: Delivery) -> bool:
        """Takes a message; one that is here already is left as it is. False: dropped, too many wait."""
        if delivery.id in self:
            return True
        if len(self) >= WAITING_MAX:
            return False
        self._waiting[delivery.id] = delivery
        return True

    def take(self, now_ms: int) -> Delivery | None:
        """The message to send now, the one that is due longest; its outcome is to be told to `tried`."""
        if len(self._in_flight) >= IN_FLIGHT_MAX:
            return None
        due = min(self._waiting.values(), key=lambda one: (one.due_ms, one.at_ms), default=None)
        if due is None or due.due_ms > now_ms:
            return None
        self._in_flight[due.id] = self._waiting.pop(due.id)
        return due

    def tried(
        self, delivery_id: str, status: int | None, now_ms: int, chance: float
    ) -> tuple[Fate, Delivery | None]:
        """`status`: of the answer; None: there was none. With AGAIN, the message as it waits now."""
        delivery = self._in_flight.pop(delivery_id)
        if status is not None and 200 <= status < 300:
            return Fate.DELIVERED, None
        if status == GONE:
            return Fate.ENDED, None
        tries = delivery.tries + 1
        due_ms = now_ms + pause_ms(tries, chance)
        if due_ms >= delivery.at_ms + GIVEN_UP_MS:
            return Fate.GIVEN_UP, None
        later = msgspec.structs.replace(delivery, tries=tries, due_ms=due_ms)
        self._waiting[later.id] = later
        return Fate.AGAIN, later
