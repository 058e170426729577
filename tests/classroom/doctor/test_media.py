"""Addresses for media that people's browsers cannot reach."""

from __future__ import annotations

import socket

import pytest

from classroom.config import Config
from classroom.doctor import media


@pytest.fixture
def public_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names lead to an address of the internet."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


def server(*addresses: str) -> Config:
    return Config(host="0.0.0.0", public_url="https://class.example", media_addresses=addresses)


@pytest.mark.usefixtures("public_name")
@pytest.mark.parametrize(
    ("addresses", "code"),
    [
        (("127.0.0.1",), "media-address-loopback"),
        (("10.1.2.3",), "media-address-private"),
        (("93.184.215.14",), None),
        (("93.184.215.14", "10.1.2.3"), None),
        (("2606:4700::1111",), None),
    ],
)
def test_addresses(addresses: tuple[str, ...], code: str | None) -> None:
    (finding,) = media.check_addresses(server(*addresses))
    assert finding.code == code
    assert ("MEDIA_ADDRESSES" in finding.advice) == (code is not None)


def test_in_a_network_of_its_own_private_addresses_are_right(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.1.2.3", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    (finding,) = media.check_addresses(server("10.1.2.3"))
    assert finding.status == "ok"


def test_on_one_machine_any_address_does() -> None:
    assert media.check_addresses(Config(media_addresses=("127.0.0.1",))) == []
