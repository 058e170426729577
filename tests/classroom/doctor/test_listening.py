"""Ports that cannot be had."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from classroom.config import Config, load
from classroom.doctor import listening
from tests.support.server import running


@contextmanager
def holding(kind: socket.SocketKind) -> Iterator[int]:
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            holder.listen()
        yield holder.getsockname()[1]


@pytest.mark.usefixtures("impatient")
def test_taken_ports(config: Config) -> None:
    with holding(socket.SOCK_STREAM) as port:
        (finding,) = listening.check_web_port(replace(config, port=port))
        assert (finding.status, finding.code) == ("fail", "web-port-taken")
        assert "set PORT" in finding.found
    with holding(socket.SOCK_DGRAM) as port:
        (finding,) = listening.check_media_port(replace(config, media_port=port))
        assert (finding.status, finding.code) == ("fail", "media-port-taken")
        assert "set MEDIA_PORT" in finding.found
    with holding(socket.SOCK_STREAM) as port:
        (finding,) = listening.check_media_tcp_port(replace(config, media_tcp_port=port))
        assert (finding.status, finding.code) == ("fail", "media-tcp-port-taken")
        assert "set MEDIA_TCP_PORT" in finding.found


def test_without_tcp_media_only_a_server_for_others_is_warned(config: Config) -> None:
    assert listening.check_media_tcp_port(replace(config, media_tcp_port=None)) == []
    (finding,) = listening.check_media_tcp_port(replace(config, host="0.0.0.0", media_tcp_port=None))
    assert (finding.status, finding.code) == ("warn", "media-tcp-off")
    assert "MEDIA_TCP_PORT" in finding.advice


def test_what_the_server_itself_holds_is_no_fault(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        config = load(
            {
                "HOST": "127.0.0.1",
                "PORT": server.url.rsplit(":", 1)[1],
                "MEDIA_PORT": str(server.media_port),
                "MEDIA_TCP_PORT": "off",
            }
        )
        assert listening.check_web_port(config)[0].status == "ok"
        assert listening.check_media_port(config)[0].status == "ok"
