"""Which pages and addresses may open a socket."""

from __future__ import annotations

import pytest
import structlog

from classroom.config import Limits, load
from classroom.gate import Refusals, Turnstile, allowed_origins, is_allowed, is_local_host, network_of


def test_a_local_server_takes_its_own_names_only() -> None:
    allowed = allowed_origins(load({}))
    assert allowed == {"http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"}


def test_a_public_server_takes_its_public_name_and_what_it_is_told() -> None:
    allowed = allowed_origins(
        load(
            {
                "HOST": "192.0.2.7",
                "PUBLIC_URL": "https://class.example",
                "ALLOWED_ORIGINS": "https://cdn.example",
            }
        )
    )
    assert {"https://class.example", "https://cdn.example", "http://192.0.2.7:8080"} <= allowed


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (None, True),
        ("http://localhost:8080", True),
        ("HTTP://LOCALHOST:8080", True),
        ("http://localhost:8081", False),
        ("https://localhost:8080", False),
        ("http://localhost:8080.evil.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_origins(origin: str | None, expected: bool) -> None:
    assert is_allowed(origin, allowed_origins(load({}))) is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost:8080", True),
        ("127.0.0.1", True),
        ("[::1]:8080", True),
        ("evil.example", False),
        (None, False),
    ],
)
def test_names_of_this_machine(host: str | None, expected: bool) -> None:
    assert is_local_host(host) is expected


def test_the_turnstile_counts_each_address() -> None:
    turnstile = Turnstile(Limits(joins_per_s=1.0, join_burst=2))
    assert [turnstile.take("192.0.2.1", 0.0) for _ in range(3)] == [True, True, False]
    assert turnstile.take("192.0.2.2", 0.0)
    assert turnstile.take("192.0.2.1", 1.0)
    assert not turnstile.take("192.0.2.1", 1.0)


def test_the_turnstile_remembers_so_many_addresses() -> None:
    turnstile = Turnstile(Limits(joins_per_s=1.0, join_burst=1, addresses=2))
    assert turnstile.take("192.0.2.1", 0.0)
    for other in ("192.0.2.2", "192.0.2.3"):
        assert turnstile.take(other, 0.0)
    assert turnstile.take("192.0.2.1", 0.0), "forgotten, as the least recent"
    assert not turnstile.take("192.0.2.3", 0.0), "remembered"


def test_whoever_knocks_without_end_fills_no_disk() -> None:
    refusals = Refusals(0.0)
    with structlog.testing.capture_logs() as lines:
        for _ in range(1_000):
            refusals.note("socket", "rate", "192.0.2.1", 0.0)
        refusals.note("socket", "origin", "192.0.2.2", 1.0)
    assert len(lines) < 50
    assert lines[0]["event"] == "socket refused"
    assert lines[-1]["why"] == "origin"
    assert len(lines) + lines[-1]["untold"] == 1_001


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_a_household_is_one_client(address: str, network: str) -> None:
    assert network_of(address) == network
