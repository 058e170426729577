"""How nodes know each other: a pass in a header, signed with a key that is made from the key that signs invitations, which
all nodes share. Good for half a minute, for one purpose, one room and one client address.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

import msgspec

from signaling.tokens import KeyRing

HEADER: Final = "X-Classroom-Node"
GOOD_FOR_S: Final = 30


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """What one node tells another."""

    at_s: int
    """Unix time."""
    purpose: str
    room_id: str = ""
    address: str = ""
    """The client's, for whom a link is opened."""
    connection: str = ""
    """What logs call the client's socket …"""
    trace: str = ""
    """… and the `traceparent` of its coming in; empty: it is not traced."""
    claim: bool = False
    """The room is nobody's: the other node is to take it."""


def sign(given: Pass, keys: KeyRing) -> str:
    body = msgspec.json.encode(given).hex()
    return f"{keys.current}.{body}.{_mac(body, keys.keys[keys.current])}"


def verify(text: str, purpose: str, keys: KeyRing, now_s: float) -> Pass | None:
    """The pass, if it is genuine, for this purpose, and its time is now."""
    parts = text.split(".")
    if len(parts) != 3 or parts[0] not in keys.keys:
        return None
    kid, body, mac = parts
    if not hmac.compare_digest(mac.encode(), _mac(body, keys.keys[kid]).encode()):
        return None
    given = msgspec.json.decode(bytes.fromhex(body), type=Pass)
    return given if given.purpose == purpose and abs(now_s - given.at_s) <= GOOD_FOR_S else None


def _mac(body: str, key: bytes) -> str:
    own = hmac.new(key, b"classroom node link", hashlib.sha256).digest()
    return hmac.new(own, body.encode(), hashlib.sha256).hexdigest()
