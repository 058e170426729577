"""Invitations: signed links that say who may enter which room as what. JWT (RFC 7519), HS256.

A personal invitation names a seat and a person. A group invitation is one link for many: each browser brings
a random `seat` value of its own and a typed name, and its participant id is derived from both, so that it is
the same every time.

Nothing here reads a clock: `now_s` is Unix time in seconds.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import jwt
import msgspec

from signaling.errors import ErrorCode, ProtocolError
from signaling.messages import Hello, Id
from signaling.names import clean_name

T = TypeVar("T")

ALGORITHM = "HS256"
ISSUER = "momentum-classroom"
AUDIENCE = "classroom"
MIN_KEY_BYTES = 32
"""HS256 wants a key as long as its hash (RFC 7518 section 3.2)."""
CLOCK_SKEW_S = 30
"""How far the clocks of two nodes may be apart: an invitation made on one is good on the other at once."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Signing keys by key id. To rotate: add a key, make it current, and take the old one out when its
    invitations have expired."""

    keys: Mapping[str, bytes]
    current: str
    """The key id that new invitations are signed with."""

    def __post_init__(self) -> None:
        if self.current not in self.keys:
            raise ValueError(f"no key {self.current!r}")
        if any(len(key) < MIN_KEY_BYTES for key in self.keys.values()):
            raise ValueError(f"a key is shorter than {MIN_KEY_BYTES} bytes")


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """What an invitation grants; the claims of the token, beside `iss` and `aud`. Clients may read it, not
    trust it."""

    jti: Id
    """Names this invitation; unique."""
    exp: int
    """Unix seconds from which on it is refused for joining and resuming."""
    nbf: int = 0
    room: Id
    role: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    """A `rooms.model.Role`; the caller checks."""
    group: bool = False
    seat: Id | None = None
    """The participant id of a personal invitation; None for a group's."""
    name: str | None = None
    """The person's name; None for a group's."""
    room_name: str | None = None
    """For display before joining."""


@dataclass(frozen=True, slots=True)
class Admission:
    """Who comes in: the outcome of a valid hello."""

    room_id: str
    participant_id: str
    name: str
    role: str
    invitation: str
    """Its `jti`."""


def sign(invitation: Invitation, keys: KeyRing) -> str:
    """The token for an invitation. Raises ValueError if it names neither a seat nor a group, or both."""
    if invitation.group == (invitation.seat is not None):
        raise ValueError("an invitation is for one seat or for a group")
    claims = {name: value for name, value in msgspec.to_builtins(invitation).items() if value is not None}
    return sign_claims(claims, AUDIENCE, keys)


def sign_claims(claims: Mapping[str, Any], audience: str, keys: KeyRing) -> str:
    """A token of ours for any audience; `read_claims` reads it."""
    full = {**claims, "iss": ISSUER, "aud": audience}
    return jwt.encode(full, keys.keys[keys.current], ALGORITHM, headers={"kid": keys.current})


def verify(token: str, keys: KeyRing, now_s: float) -> Invitation:
    """The invitation, if it is genuine and its time is now. Raises `ProtocolError` with a TOKEN_* code."""
    invitation = _genuine(token, keys)
    if now_s >= invitation.exp:
        raise ProtocolError(ErrorCode.TOKEN_EXPIRED)
    if now_s < invitation.nbf - CLOCK_SKEW_S:
        raise ProtocolError(ErrorCode.TOKEN_NOT_YET_VALID)
    return invitation


def admit(hello: Hello, keys: KeyRing, now_s: float) -> Admission:
    """Who says this hello. Raises `ProtocolError`: a TOKEN_* code, or NAME_NEEDED when a group invitation
    comes without a usable name or without `seat`."""
    invitation = verify(hello.token, keys, now_s)
    name = clean_name(invitation.name or hello.name or "")
    if not name:
        raise ProtocolError(ErrorCode.NAME_NEEDED, "say who you are")
    if invitation.seat is not None:
        seat = invitation.seat
    elif hello.seat is not None:
        seat = group_seat(invitation.jti, hello.seat)
    else:
        raise ProtocolError(ErrorCode.NAME_NEEDED, "a group invitation needs `seat`")
    return Admission(
        room_id=invitation.room,
        participant_id=seat,
        name=name,
        role=invitation.role,
        invitation=invitation.jti,
    )


def group_seat(jti: str, seat: str) -> str:
    """The participant id of one browser under a group invitation. Everybody in the room sees it; the
    browser's own `seat` cannot be found from it, and only who has that one gets this id."""
    return "g-" + hmac.new(jti.encode(), seat.encode(), hashlib.sha256).hexdigest()[:32]


def resume_secret(session_id: str, seat: str, keys: KeyRing, key_id: str | None = None) -> str:
    """What proves a session: made from its id and its participant's with a signing key, so that every node, and the
    process after this one, can tell a genuine one without having kept any. Raises KeyError."""
    kid = keys.current if key_id is None else key_id
    proof = hmac.new(keys.keys[kid], f"resume {session_id} {seat}".encode(), hashlib.sha256).hexdigest()
    return f"{kid}.{proof}"


def proves(secret: str, session_id: str, seat: str, keys: KeyRing) -> bool:
    """Whether this is that session's `resume_secret`, compared in constant time."""
    kid, _, _ = secret.rpartition(".")
    if kid not in keys.keys:
        return False
    return hmac.compare_digest(secret.encode(), resume_secret(session_id, seat, keys, kid).encode())


def read_claims(token: str, audience: str, keys: KeyRing, kind: type[T]) -> T:
    """The claims of a genuine token for this audience; its times are the caller's to check, against its own clock, after the
    signature. Raises `ProtocolError(TOKEN_INVALID)`."""
    try:
        header: Mapping[str, Any] = jwt.get_unverified_header(token)
        claims = jwt.decode(
            token,
            keys.keys[header["kid"]],
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=ISSUER,
            options={
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
                "require": ["exp", "iss", "aud"],
            },
        )
        return msgspec.convert(claims, kind)
    except (jwt.InvalidTokenError, KeyError, TypeError, ValueError) as error:
        raise ProtocolError(ErrorCode.TOKEN_INVALID, type(error).__name__) from None


def _genuine(token: str, keys: KeyRing) -> Invitation:
    invitation = read_claims(token, AUDIENCE, keys, Invitation)
    if invitation.group == (invitation.seat is not None):
        raise ProtocolError(ErrorCode.TOKEN_INVALID, "neither a seat nor a group")
    return invitation
