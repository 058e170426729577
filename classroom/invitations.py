"""New rooms, and links into them. The token is in the fragment, which browsers never send: no proxy, log or
referrer sees it."""

from __future__ import annotations

import re
import secrets
import time
from typing import Final, get_args

from classroom.journal.base import Journal
from rooms.events import Recorded
from rooms.model import Role
from rooms.room import create
from rooms.text import clean_line
from signaling.names import clean_name
from signaling.tokens import Invitation, KeyRing, sign

ROLES: Final[tuple[Role, ...]] = get_args(Role)
DAY_S: Final = 86_400
DEFAULT_DAYS: Final = 30
MAX_ROOM_NAME_CHARS: Final = 120
SEAT: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


def new_room_id() -> str:
    """Short enough to read aloud; rooms are entered by signed links, so nothing is gained by guessing one."""
    return secrets.token_hex(5)


def new_invitation_id() -> str:
    return secrets.token_hex(8)


def clean_room_name(text: str) -> str:
    """One printable line. Raises ValueError if nothing visible is left, or too much."""
    if not clean_name(text):
        raise ValueError("a room's name has something visible in it")
    name = clean_line(text)
    if len(name) > MAX_ROOM_NAME_CHARS:
        raise ValueError(f"a room's name has {MAX_ROOM_NAME_CHARS} characters at most")
    return name


async def create_room(
    journal: Journal, room_id: str, name: str, capacity: int, at_ms: int | None = None
) -> None:
    """Opens a room's history; durable on return. `at_ms` None: now. Raises RoomExists."""
    created = create(room_id, name, capacity)
    await journal.create(Recorded(seq=1, at_ms=at_ms or time.time_ns() // 1_000_000, event=created))


def personal(
    room_id: str,
    room_name: str,
    role: Role,
    name: str,
    *,
    now_s: int,
    days: int = DEFAULT_DAYS,
    until_s: int | None = None,
    seat: str | None = None,
    jti: str | None = None,
) -> Invitation:
    """For one person. `until_s`: Unix time of its end, in place of `days` from now. `seat`: their participant id, to give a
    new link to a seat that exists already. `jti`: its id.

    Raises ValueError if nothing visible is left of the name, or `seat` is no participant id.
    """
    shown = clean_name(name)
    if not shown:
        raise ValueError("the name has nothing visible in it")
    if seat is not None and not SEAT.fullmatch(seat):
        raise ValueError("a seat is a participant id: 1 to 64 letters, digits, - and _")
    return Invitation(
        jti=jti or new_invitation_id(),
        exp=_end_s(now_s, days, until_s),
        room=room_id,
        role=role,
        seat=seat or f"p-{secrets.token_hex(8)}",
        name=shown,
        room_name=room_name,
    )


def group(
    room_id: str,
    room_name: str,
    role: Role,
    *,
    now_s: int,
    days: int = DEFAULT_DAYS,
    until_s: int | None = None,
    jti: str | None = None,
) -> Invitation:
    """For many: each browser gets a seat of its own. The same `jti` gives the same browsers the same seats."""
    return Invitation(
        jti=jti or new_invitation_id(),
        exp=_end_s(now_s, days, until_s),
        room=room_id,
        role=role,
        group=True,
        room_name=room_name,
    )


def _end_s(now_s: int, days: int, until_s: int | None) -> int:
    return now_s + days * DAY_S if until_s is None else until_s


def link(public_url: str, invitation: Invitation, keys: KeyRing) -> str:
    """The address to give out. A `?lang=fr` may be put before the `#`."""
    return f"{public_url}/join#t={sign(invitation, keys)}"
