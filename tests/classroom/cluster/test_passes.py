"""Only nodes of this cluster are let in, for what they were let in for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from classroom.cluster.passes import GOOD_FOR_S, Pass, sign, verify
from signaling.tokens import KeyRing

KEYS = KeyRing({"a": b"a" * 32}, "a")
GIVEN = Pass(at_s=1_000, purpose="link", room_id="r1", address="10.0.0.9", claim=True)


def test_a_pass_says_what_was_signed_for_half_a_minute() -> None:
    text = sign(GIVEN, KEYS)
    assert verify(text, "link", KEYS, 1_000.0 + GOOD_FOR_S) == GIVEN
    assert verify(text, "link", KEYS, 1_001.0 + GOOD_FOR_S) is None
    assert verify(text, "link", KEYS, 999.0 - GOOD_FOR_S) is None
    assert verify(text, "ask", KEYS, 1_000.0) is None


def test_a_pass_of_other_keys_or_with_other_content_is_worth_nothing() -> None:
    other = KeyRing({"a": b"b" * 32}, "a")
    assert verify(sign(GIVEN, other), "link", KEYS, 1_000.0) is None
    kid, _, mac = sign(GIVEN, KEYS).split(".")
    forged = sign(Pass(at_s=1_000, purpose="link", room_id="r2"), other).split(".")[1]
    assert verify(f"{kid}.{forged}.{mac}", "link", KEYS, 1_000.0) is None


@given(st.text() | st.binary().map(lambda data: f"a.{data.hex()}.{'0' * 64}"))
def test_nonsense_is_no_pass(text: str) -> None:
    assert verify(text, "link", KEYS, 1_000.0) is None
