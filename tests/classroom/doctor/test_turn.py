"""TURN servers that are not there, or not as they should be: with a real coturn."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from aioice import stun

from classroom.config import Config
from classroom.doctor import turn
from classroom.doctor.findings import Finding
from tests.support.coturn import HOST, SECRET, Coturn, coturn, installed

needs_coturn = pytest.mark.skipif(not installed(), reason="needs Debian's package coturn")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    with coturn(tmp_path_factory.mktemp("coturn")) as started:
        yield started


def look(url: str, secret: str = SECRET, media: str = HOST) -> Finding:
    (finding,) = turn.check(Config(turn_urls=(url,), turn_secret=secret, media_addresses=(media,)))
    return finding


def test_none(config: Config) -> None:
    assert turn.check(config)[0].status == "ok"
    (finding,) = turn.check(replace(config, host="0.0.0.0"))
    assert (finding.status, finding.code) == ("warn", "turn-missing")


@pytest.mark.usefixtures("impatient")
def test_silence() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind((HOST, 0))
        finding = look(f"turn:{HOST}:{silent.getsockname()[1]}")
    assert (finding.status, finding.code) == ("fail", "turn-away")


@needs_coturn
@pytest.mark.parametrize("way", ["udp", "tcp"])
def test_relays(server: Coturn, way: str) -> None:
    assert look(server.url(way)).status == "ok"
    stranger = look(server.url(way), secret="another")
    assert (stranger.code, "static-auth-secret" in stranger.advice) == ("turn-refused", True)
    forbidden = look(server.url(way), media="203.0.113.5")
    assert (forbidden.code, "allowed-peer-ip" in forbidden.advice) == ("turn-peer-forbidden", True)
    assert "203.0.113.5" in forbidden.found


@needs_coturn
def test_a_certificate_that_browsers_do_not_trust(server: Coturn) -> None:
    finding = look(server.url("tls"))
    assert (finding.code, "certificate" in finding.found) == ("turn-untrusted", True)


@needs_coturn
@pytest.mark.parametrize("inside", ["10.0.0.1", "169.254.169.254"])
def test_a_relay_into_private_networks(tmp_path_factory: pytest.TempPathFactory, inside: str) -> None:
    with coturn(tmp_path_factory.mktemp("open"), more=f"allowed-peer-ip={inside}\n") as open_one:
        finding = look(open_one.url("udp"))
    assert (finding.status, finding.code) == ("fail", "turn-open")
    assert inside in finding.found


def test_a_server_that_gives_no_relays() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as full:
        full.bind((HOST, 0))

        def refuse() -> None:
            data, address = full.recvfrom(2048)
            asked = stun.parse_message(data)
            answer = stun.Message(asked.message_method, stun.Class.ERROR, asked.transaction_id)
            answer.attributes["ERROR-CODE"] = (508, "Insufficient Capacity")
            full.sendto(bytes(answer), address)

        thread = threading.Thread(target=refuse, daemon=True)
        thread.start()
        finding = look(f"turn:{HOST}:{full.getsockname()[1]}")
        thread.join()
    assert (finding.status, finding.code) == ("fail", "turn-fails")
    assert "508" in finding.found
