"""TURN addresses taken apart; taking relays is tested with a real coturn (test_doctor, tests/integration/test_turn_coturn)."""

from __future__ import annotations

import pytest

from classroom.turn_probe import TurnUrl, parse


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("turn:turn.example.org", TurnUrl("turn.example.org", 3478, False, False)),
        ("turn:turn.example.org:80?transport=udp", TurnUrl("turn.example.org", 80, False, False)),
        ("turn:turn.example.org?transport=tcp", TurnUrl("turn.example.org", 3478, False, True)),
        ("turns:turn.example.org:443", TurnUrl("turn.example.org", 443, True, True)),
        ("turns:turn.example.org?transport=tcp", TurnUrl("turn.example.org", 5349, True, True)),
        ("turn:192.0.2.1:3478", TurnUrl("192.0.2.1", 3478, False, False)),
        ("turn:[2001:db8::1]:3478", TurnUrl("2001:db8::1", 3478, False, False)),
        ("turn:[2001:db8::1]", TurnUrl("2001:db8::1", 3478, False, False)),
    ],
)
def test_addresses_as_browsers_read_them(url: str, parts: TurnUrl) -> None:
    assert parse(url) == parts
