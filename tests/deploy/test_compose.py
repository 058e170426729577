"""The compose files: what they let containers do, and that what they are given is what the programs take.

Where Docker Compose and Caddy are installed, they read the files themselves; no engine is needed for that.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from classroom.config import load
from classroom.handover import HANDOVER_S
from classroom.runtime import STOP_S
from tests.deploy.containerfile import ROOT

FOLDER = ROOT / "deploy" / "compose"
COMPOSE = [command for command in (["docker-compose"],) if shutil.which(command[0])]


class Loader(yaml.SafeLoader):
    """Knows Compose's own tag."""


Loader.add_constructor("!override", lambda loader, node: loader.construct_sequence(node))  # type: ignore[no-untyped-call]


def read(name: str) -> dict[str, Any]:
    return dict(yaml.load((FOLDER / name).read_text(), Loader))


ONE = read("compose.yaml")
CLUSTER = read("compose.cluster.yaml")
SERVICES: dict[str, dict[str, Any]] = {
    name: {**CLUSTER["services"].get(name, {}), **ONE["services"].get(name, {})}
    for name in {*ONE["services"], *CLUSTER["services"]}
}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"classroom-2"}))
def test_a_service_may_do_little(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.search(r":v?\d+\.\d+", service["image"]), "a version, not whatever is newest"
    assert not any("docker.sock" in str(volume) for volume in service.get("volumes", []))
    if name not in ("classroom", "prometheus", "grafana"):  # whose images are not root's
        assert not service["user"].startswith("0")


def test_coturn_is_one_that_has_its_holes_closed() -> None:
    version = ONE["services"]["coturn"]["image"].partition(":")[2]
    assert tuple(map(int, version.split("."))) >= (4, 13, 1)


def test_no_secret_is_in_an_environment_or_in_git() -> None:
    for name, service in SERVICES.items():
        for variable in service.get("environment", {}):
            assert not re.search(r"(SECRET|TOKEN|PASSWORD)$", variable), f"{name}: {variable}"
    assert (FOLDER / ".gitignore").read_text().split() == [".env", "secrets/", "state/"]
    assert all(secret["file"].startswith("./secrets/") for secret in ONE["secrets"].values())


def test_only_what_people_need_is_open_to_the_world() -> None:
    world = {
        str(port)
        for service in SERVICES.values()
        for port in service.get("ports", [])
        if not str(port).startswith("127.0.0.1:")
    }
    assert world == {
        *("80:80/tcp", "443:443/tcp", "443:443/udp"),
        *("8443:8443/udp", "8443:8443/tcp", "8444:8444/udp", "8444:8444/tcp"),
    }
    assert CLUSTER["networks"]["store"]["internal"] is True
    assert [name for name, service in SERVICES.items() if "store" in service.get("networks", [])] != []
    assert CLUSTER["services"]["redis"]["networks"] == ["store"]


def test_redis_forgets_nothing() -> None:
    command = " ".join(CLUSTER["services"]["redis"]["command"])
    for wanted in ("--appendonly yes", "--appendfsync always", "--maxmemory-policy noeviction"):
        assert wanted in command


def test_the_classroom_takes_its_settings(prepared: Path) -> None:
    said = dict(line.split("=", 1) for line in (prepared / ".env").read_text().splitlines())
    settings = {
        key: re.sub(r"\$\{(\w+)[^}]*\}", lambda found: said[found[1]], str(value))
        for key, value in ONE["services"]["classroom"]["environment"].items()
    }
    for variable in ("TURN_SECRET_FILE", "METRICS_TOKEN_FILE"):
        settings[variable] = settings[variable].replace("/run/secrets", str(prepared / "secrets"))
    config = load({**settings, "HOST": "0.0.0.0"})
    assert config.public_url == "https://class.example.org"
    assert config.media_addresses == ("203.0.113.7", "10.0.0.7")
    assert len(config.turn_urls) == 3
    caddy = ONE["services"]["caddy"]["networks"]["inside"]["ipv4_address"]
    assert config.trusted_proxies == (caddy,)
    assert config.turn_secret == (prepared / "secrets" / "turn_secret").read_text().strip()


def test_a_container_is_given_the_time_that_its_server_wants() -> None:
    grace = int(ONE["services"]["classroom"]["stop_grace_period"].removesuffix("s"))
    redis = int(CLUSTER["services"]["redis"]["stop_grace_period"].removesuffix("s"))
    drain = int(CLUSTER["services"]["classroom"]["environment"]["DRAIN_SECONDS"])
    assert drain + HANDOVER_S + STOP_S + 3 <= grace < redis, "Redis ends last"


def test_secrets_are_made_once_and_for_their_owner_alone(prepared: Path) -> None:
    assert stat.S_IMODE((prepared / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE((prepared / ".env").stat().st_mode) == 0o600
    before = {file.name: file.read_text() for file in (prepared / "secrets").iterdir()}
    assert len(before["turn_secret"].strip()) == 64
    again = ["class.example.org", "turn.example.org", "203.0.113.7", "ops@example.org", "10.0.0.7"]
    (prepared / "secrets" / "turnserver.conf").chmod(0o600)
    subprocess.run(["./prepare.sh", *again], cwd=prepared, check=True)
    assert {file.name: file.read_text() for file in (prepared / "secrets").iterdir()} == before


def test_coturn_is_told_all_that_the_template_wants(prepared: Path) -> None:
    lines = (prepared / "secrets" / "turnserver.conf").read_text().splitlines()
    options = [line for line in lines if line and not line.startswith("#")]
    assert not [line for line in options if "<" in line]
    assert "allowed-peer-ip=203.0.113.7" in options
    assert "allowed-peer-ip=10.0.0.7" in options
    assert "external-ip=203.0.113.7/10.0.0.7" in options
    for safe in ("no-cli", "no-multicast-peers", "no-tlsv1", "no-tlsv1_1", "use-auth-secret", "fingerprint"):
        assert safe in options
    assert any(line.startswith("user-quota=") for line in options)


def test_without_arguments_prepare_says_what_it_wants() -> None:
    asked = subprocess.run(["./prepare.sh"], cwd=FOLDER, capture_output=True, text=True)
    assert asked.returncode == 2
    assert "usage: sudo ./prepare.sh" in asked.stderr
    assert not (FOLDER / "secrets").exists()


def test_what_is_mounted_is_there() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = str(volume).split(":", 1)[0]
            if source.startswith(".") and "state" not in source:
                assert (FOLDER / source).exists(), source


def test_both_nodes_are_watched() -> None:
    one = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text())
    both = read("prometheus-cluster.yml")
    targets = both["scrape_configs"][0]["static_configs"][0]["targets"]
    assert targets == ["classroom:8080", "classroom-2:8080"]
    one["scrape_configs"][0]["static_configs"][0]["targets"] = targets
    assert both == one


@pytest.mark.skipif(not COMPOSE, reason="needs Docker Compose")
@pytest.mark.parametrize("files", [["compose.yaml"], ["compose.yaml", "compose.cluster.yaml"]])
def test_compose_reads_the_files(prepared: Path, files: list[str]) -> None:
    arguments = [word for file in files for word in ("--file", file)]
    subprocess.run([*COMPOSE[0], *arguments, "config", "--quiet"], cwd=prepared, check=True)


@pytest.mark.skipif(shutil.which("caddy") is None, reason="needs Caddy")
def test_caddy_reads_its_file(tmp_path: Path) -> None:
    settings = {
        "DOMAIN": "class.example.org",
        "TURN_DOMAIN": "turn.example.org",
        "ACME_EMAIL": "ops@example.org",
        "UPSTREAMS": "classroom:8080 classroom-2:8080",
        "HOME": str(tmp_path),
    }
    command = ["caddy", "validate", "--adapter", "caddyfile", "--config", str(FOLDER / "Caddyfile")]
    subprocess.run(command, env={**os.environ, **settings}, check=True, capture_output=True)
