from __future__ import annotations

import base64
import json
from typing import Any

import jwt
import pytest

from signaling import tokens
from signaling.errors import ErrorCode, ProtocolError
from signaling.messages import Hello

NOW_S = 1_800_000_000
KEY = b"k" * 32
KEYS = tokens.KeyRing({"2026": KEY}, "2026")
PERSONAL = tokens.Invitation(
    jti="i1",
    exp=NOW_S + 60,
    nbf=NOW_S - 60,
    room="r1",
    role="participant",
    seat="p1",
    name="Amélie",
    room_name="Web",
)
GROUP = tokens.Invitation(jti="i2", exp=NOW_S + 60, room="r1", role="participant", group=True)
CLAIMS: dict[str, Any] = {
    "iss": tokens.ISSUER,
    "aud": tokens.AUDIENCE,
    "jti": "i1",
    "exp": NOW_S + 60,
    "room": "r1",
    "role": "participant",
    "seat": "p1",
}


def forged(
    claims: dict[str, Any] | None = None, key: bytes = KEY, algorithm: str = "HS256", **header: Any
) -> str:
    return jwt.encode(CLAIMS | (claims or {}), key, algorithm, headers={"kid": "2026"} | header)


def refused(token: str, now_s: float = NOW_S, keys: tokens.KeyRing = KEYS) -> ErrorCode:
    with pytest.raises(ProtocolError) as raised:
        tokens.verify(token, keys, now_s)
    return raised.value.code


@pytest.mark.parametrize("invitation", [PERSONAL, GROUP])
def test_what_was_signed_is_read(invitation: tokens.Invitation) -> None:
    assert tokens.verify(tokens.sign(invitation, KEYS), KEYS, NOW_S) == invitation


def test_the_claims_can_be_read_by_a_client() -> None:
    body = tokens.sign(PERSONAL, KEYS).split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert claims == CLAIMS | {"nbf": NOW_S - 60, "name": "Amélie", "room_name": "Web", "group": False}


def test_time_is_the_callers() -> None:
    token = tokens.sign(PERSONAL, KEYS)
    assert tokens.verify(token, KEYS, PERSONAL.exp - 0.1) == PERSONAL
    assert refused(token, PERSONAL.exp) is ErrorCode.TOKEN_EXPIRED
    assert tokens.verify(token, KEYS, PERSONAL.nbf - tokens.CLOCK_SKEW_S) == PERSONAL
    assert refused(token, PERSONAL.nbf - tokens.CLOCK_SKEW_S - 1) is ErrorCode.TOKEN_NOT_YET_VALID


def without(claim: str) -> str:
    return jwt.encode({k: v for k, v in CLAIMS.items() if k != claim}, KEY, "HS256", headers={"kid": "2026"})


def unsigned() -> str:
    return jwt.encode(CLAIMS, None, "none", headers={"kid": "2026"})  # type: ignore[arg-type]


INVALID = {
    "nothing": "",
    "rubbish": "a.b.c",
    "not text of a token": "ééé",
    "a key of ours, another name": forged(kid="2025"),
    "no key id": jwt.encode(CLAIMS, KEY, "HS256"),
    "a key id that is no string": "eyJhbGciOiJIUzI1NiIsImtpZCI6W119.e30.e30",
    "somebody else's key": forged(key=b"x" * 32),
    "not signed": unsigned(),
    "another algorithm": forged(key=b"k" * 64, algorithm="HS512"),
    "audience": forged({"aud": "elsewhere"}),
    "issuer": forged({"iss": "elsewhere"}),
    "no audience": without("aud"),
    "no issuer": without("iss"),
    "no end": without("exp"),
    "no room": without("room"),
    "end is no number": forged({"exp": "tomorrow"}),
    "end is infinite": forged({"exp": 1e400}),
    "role is no string": forged({"role": 1}),
    "neither seat nor group": without("seat"),
    "seat and group": forged({"group": True}),
    "signature cut": forged()[:-4],
}


@pytest.mark.parametrize("token", INVALID.values(), ids=INVALID.keys())
def test_what_is_not_ours_is_invalid(token: str) -> None:
    assert refused(token) is ErrorCode.TOKEN_INVALID


def test_keys_rotate() -> None:
    both = tokens.KeyRing({"2026": KEY, "2027": b"n" * 32}, "2027")
    only_new = tokens.KeyRing({"2027": b"n" * 32}, "2027")
    old, new = tokens.sign(PERSONAL, KEYS), tokens.sign(PERSONAL, both)
    assert tokens.verify(old, both, NOW_S) == tokens.verify(new, both, NOW_S) == PERSONAL
    assert tokens.verify(new, only_new, NOW_S) == PERSONAL
    assert refused(old, keys=only_new) is ErrorCode.TOKEN_INVALID


@pytest.mark.parametrize(("keys", "current"), [({"a": KEY}, "b"), ({"a": b"short"}, "a"), ({}, "a")])
def test_a_weak_or_empty_key_ring_is_refused(keys: dict[str, bytes], current: str) -> None:
    with pytest.raises(ValueError):
        tokens.KeyRing(keys, current)


@pytest.mark.parametrize("seat", [None, "p1"])
def test_an_invitation_is_for_a_seat_or_for_a_group(seat: str | None) -> None:
    with pytest.raises(ValueError):
        tokens.sign(
            tokens.Invitation(jti="i", exp=1, room="r", role="trainer", group=seat is not None, seat=seat),
            KEYS,
        )


def hello(invitation: tokens.Invitation, name: str | None = None, seat: str | None = None) -> Hello:
    return Hello(protocol=1, token=tokens.sign(invitation, KEYS), name=name, seat=seat)


def test_a_personal_invitation_admits_its_person() -> None:
    admission = tokens.admit(hello(PERSONAL, name="Somebody else", seat="s" * 16), KEYS, NOW_S)
    assert admission == tokens.Admission("r1", "p1", "Amélie", "participant", PERSONAL.jti)


def test_a_group_invitation_gives_each_browser_its_own_seat() -> None:
    first = tokens.admit(hello(GROUP, "Nour", "a" * 16), KEYS, NOW_S)
    again = tokens.admit(hello(GROUP, "Nour B.", "a" * 16), KEYS, NOW_S)
    other = tokens.admit(hello(GROUP, "Nour", "b" * 16), KEYS, NOW_S)
    assert first.participant_id == again.participant_id != other.participant_id
    assert again.name == "Nour B."
    assert "a" * 16 not in first.participant_id
    assert tokens.group_seat("i3", "a" * 16) != first.participant_id


@pytest.mark.parametrize(("name", "seat"), [(None, "a" * 16), ("\u200b \u202e", "a" * 16), ("Nour", None)])
def test_a_group_invitation_needs_a_name_and_a_seat(name: str | None, seat: str | None) -> None:
    with pytest.raises(ProtocolError) as raised:
        tokens.admit(hello(GROUP, name, seat), KEYS, NOW_S)
    assert raised.value.code is ErrorCode.NAME_NEEDED
