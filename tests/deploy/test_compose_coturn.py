"""coturn with the configuration that ./prepare.sh writes, for real: TLS with a certificate where Caddy leaves it."""

from __future__ import annotations

import asyncio
import re
import signal
import ssl
import time
from pathlib import Path

import pytest

from classroom.config import Config
from classroom.turn import ice_servers
from classroom.turn_probe import probe
from tests.support.coturn import HOST, free_ports, installed, started, write_certificate

PATIENCE_S = 30.0


@pytest.mark.skipif(not installed(), reason="needs Debian's package coturn")
def test_turn_over_tls_and_a_certificate_that_was_renewed(prepared: Path, tmp_path: Path) -> None:
    port, tls_port = free_ports(2)
    text = (prepared / "secrets" / "turnserver.conf").read_text()
    for old, new in (
        ("/certificates/", f"{tmp_path}/certificates/"),
        ("=/tmp/", f"={tmp_path}/"),
        ("listening-port=3478", f"listening-port={port}"),
        ("tls-listening-port=5349", f"tls-listening-port={tls_port}"),
    ):
        assert old in text
        text = text.replace(old, new)
    (certificate,) = (Path(found) for found in re.findall(r"^cert=(.+)$", text, re.MULTILINE))
    (key,) = (Path(found) for found in re.findall(r"^pkey=(.+)$", text, re.MULTILINE))

    def renew() -> str:
        """As Caddy does it; returns what it put there."""
        write_certificate(tmp_path)
        certificate.parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "cert.pem").replace(certificate)
        (tmp_path / "key.pem").replace(key)
        return certificate.read_text()

    first = renew()
    loopback = f"listening-ip={HOST}\nrelay-ip={HOST}\n"
    with started(tmp_path, text + loopback, port, tls_port, "") as coturn:
        url = coturn.url("tls")
        secret = (prepared / "secrets" / "turn_secret").read_text().strip()
        (server,) = ice_servers(Config(turn_urls=(url,), turn_secret=secret), "ana", time.time())
        trust = ssl.create_default_context(cadata=first)
        trust.check_hostname = False
        media, closed = ("203.0.113.7", "10.0.0.7"), (HOST, "10.0.0.1", "169.254.169.254")
        asyncio.run(probe(url, server, media, PATIENCE_S, trust, closed=closed))

        assert ssl.get_server_certificate((HOST, tls_port)) == first
        second = renew()
        coturn.process.send_signal(signal.SIGUSR2)
        deadline = time.monotonic() + PATIENCE_S
        while ssl.get_server_certificate((HOST, tls_port)) != second:
            assert time.monotonic() < deadline, "coturn goes on with the old certificate"
            time.sleep(0.1)
