"""Caddy with the Caddyfile that the compose files use, in front of a real server; without TLS, which wants a name in the world.

Where Caddy is not installed, this is skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from classroom.config import Config
from classroom.doctor import public
from rooms.commands import RaiseHand
from tests.deploy.containerfile import ROOT
from tests.support.client import Client
from tests.support.ports import free_port
from tests.support.server import ClassroomServer, running

CADDYFILE = ROOT / "deploy" / "compose" / "Caddyfile"

pytestmark = pytest.mark.skipif(shutil.which("caddy") is None, reason="needs Caddy")


@dataclass
class Behind:
    server: ClassroomServer
    own: str
    """The server's own address."""


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    """A server behind Caddy, which is told of a second one that is not there."""
    folder = tmp_path_factory.mktemp("caddy")
    port, proxy, turn, nobody = (free_port() for _ in range(4))
    settings = {
        "DOMAIN": f"http://127.0.0.1:{proxy}",
        "TURN_DOMAIN": f"http://127.0.0.1:{turn}",
        "ACME_EMAIL": "ops@example.org",
        "UPSTREAMS": f"127.0.0.1:{nobody} 127.0.0.1:{port}",
        "HOME": str(folder),
    }
    with running(folder, port=port, PUBLIC_URL=f"http://127.0.0.1:{proxy}") as server:
        caddy = subprocess.Popen(
            ["caddy", "run", "--adapter", "caddyfile", "--config", str(CADDYFILE)],
            env={**os.environ, **settings},
            stderr=(folder / "caddy.log").open("wb"),
        )
        try:
            deadline = time.monotonic() + 30
            while True:
                try:
                    if httpx.get(server.url + "/readyz", trust_env=False).status_code == 200:
                        break
                except httpx.HTTPError:
                    pass
                assert time.monotonic() < deadline, (folder / "caddy.log").read_text()
                time.sleep(0.1)
            yield Behind(server, f"http://127.0.0.1:{port}")
        finally:
            caddy.terminate()
            caddy.wait(10)


async def test_people_come_in_through_it(behind: Behind) -> None:
    room = behind.server.create_room()
    for name in ("Ana", "Ben", "Cy"):  # the node that is not there gets none of them
        person = await Client.join(behind.server.ws_url, behind.server.invite(room, name=name))
        await person.request(RaiseHand())
        await person.close()


def test_the_doctor_finds_nothing_wrong_with_it(behind: Behind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "is_loopback", lambda host: False)
    port = int(behind.own.rsplit(":", 1)[1])
    (finding,) = public.check_public(Config(host="127.0.0.1", port=port, public_url=behind.server.url))
    assert finding.status == "ok", finding


def test_what_a_client_says_of_its_address_is_not_believed(behind: Behind) -> None:
    forged = {"X-Forwarded-For": "203.0.113.66"}
    seen = httpx.get(behind.server.url + "/api/your-address", headers=forged, trust_env=False).json()
    assert seen == {"address": "127.0.0.1", "forwarded_for": ["127.0.0.1"]}


@pytest.mark.parametrize("path", ["/metrics", "/cluster/redis", "/cluster/ws"])
def test_what_is_for_inside_stays_inside(behind: Behind, path: str) -> None:
    assert httpx.get(behind.server.url + path, trust_env=False).status_code == 404
    if path == "/metrics":
        assert httpx.get(behind.own + path, trust_env=False).status_code == 200
