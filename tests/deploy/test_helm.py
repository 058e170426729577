"""The Helm chart: what can be said of it without Helm, and what Helm makes of it where that is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from classroom.config import FIELDS, FROM_FILES, load
from classroom.handover import HANDOVER_S
from classroom.runtime import STOP_S
from tests.deploy.containerfile import ROOT, stages

CHART = ROOT / "deploy" / "helm" / "momentum-classroom"
EXAMPLE = ROOT / "deploy" / "helm" / "example-values.yaml"
KUBERNETES = "1.31.0"

needs_helm = pytest.mark.skipif(shutil.which("helm") is None, reason="needs Helm")


def test_every_value_is_in_the_schema_and_the_other_way_round() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    schema = json.loads((CHART / "values.schema.json").read_text())
    assert set(schema["properties"]) - {"global"} == set(values)
    for name in ("redis", "media", "turn", "metrics"):
        assert set(schema["properties"][name]["properties"]) == set(values[name])
    assert set(yaml.safe_load(EXAMPLE.read_text())) <= set(values)


def test_it_is_of_the_same_version_as_the_image() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    (label,) = stages()[-1].all("LABEL")
    assert chart["appVersion"] == label.pairs["org.opencontainers.image.version"]


def helm(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["helm", *arguments], capture_output=True, text=True)


@pytest.fixture(scope="module")
def rendered() -> dict[str, dict[str, Any]]:
    """Kind to object, as made from the example's values."""
    made = helm("template", "try", str(CHART), "--values", str(EXAMPLE), "--kube-version", KUBERNETES)
    assert made.returncode == 0, made.stderr
    return {found["kind"]: found for found in yaml.safe_load_all(made.stdout) if found}


@needs_helm
def test_helm_finds_nothing_wrong() -> None:
    linted = helm("lint", "--strict", str(CHART), "--values", str(EXAMPLE))
    assert linted.returncode == 0, linted.stdout


@needs_helm
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("publicUrl=http://class.example.org", "publicUrl"),
        ("redis.secretName=", "secretName"),
        ("turn.secretName=", "turn.secretName"),
        ("ingress.tlsSecretName=", "tlsSecretName"),
        ("replica=3", "replica"),
    ],
)
def test_values_that_make_no_sense_are_named(change: str, named: str) -> None:
    arguments = ["--values", str(EXAMPLE), "--kube-version", KUBERNETES, "--set", change]
    made = helm("template", "try", str(CHART), *arguments)
    assert made.returncode != 0
    assert named in made.stderr


@needs_helm
def test_a_pod_may_do_little_and_is_given_its_time(rendered: dict[str, dict[str, Any]]) -> None:
    pod = rendered["Deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    drain = next(int(v["value"]) for v in container["env"] if v["name"] == "DRAIN_SECONDS")
    assert pod["terminationGracePeriodSeconds"] >= drain + HANDOVER_S + STOP_S + 3
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz", "it does not depend on Redis"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert "limits" not in container["resources"] or "cpu" not in container["resources"]["limits"]


@needs_helm
def test_media_come_straight_to_the_pod_that_owns_the_room(rendered: dict[str, dict[str, Any]]) -> None:
    deployment = rendered["Deployment"]["spec"]
    (container,) = deployment["template"]["spec"]["containers"]
    media = [port for port in container["ports"] if port["name"].startswith("media")]
    assert {(port["hostPort"], port["protocol"]) for port in media} == {(8443, "UDP"), (8443, "TCP")}
    assert deployment["strategy"]["rollingUpdate"] == {"maxSurge": 0, "maxUnavailable": 1}
    open_to_all = [rule for rule in rendered["NetworkPolicy"]["spec"]["ingress"] if "from" not in rule]
    assert [[port["port"] for port in rule["ports"]] for rule in open_to_all] == [["media-udp", "media-tcp"]]
    assert rendered["PodDisruptionBudget"]["spec"]["maxUnavailable"] == 1


@needs_helm
def test_the_server_takes_the_environment_of_a_pod(
    rendered: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    (container,) = rendered["Deployment"]["spec"]["template"]["spec"]["containers"]
    pod = {"POD_IP": "10.42.0.9", "MACHINE": "machine-2"}
    environment = {v["name"]: v["value"] for v in container["env"] if "value" in v}
    for name, value in pod.items():
        environment = {key: text.replace(f"$({name})", value) for key, text in environment.items()}
    contents = {
        "/etc/classroom/redis/url": "redis://:password@redis:6379/0",
        "/etc/classroom/turn/secret": "secret",
        "/etc/classroom/metrics/token": "a-token-that-is-long-enough-to-be-one",
        "/etc/classroom/addresses/machine-2": rendered["ConfigMap"]["data"]["machine-2"],
    }
    for path, content in contents.items():
        file = tmp_path / path.strip("/").replace("/", "-")
        file.write_text(content)
        environment = {key: str(file) if text == path else text for key, text in environment.items()}
    config = load(environment)
    assert config.media_addresses == ("203.0.113.8", "10.0.0.8")
    assert config.node_url == "http://10.42.0.9:8080"
    assert config.redis_url == "redis://:password@redis:6379/0"
    known = {field.variable for field in FIELDS} | {f"{name}_FILE" for name in FROM_FILES}
    assert set(environment) <= known, "every variable is one that the server reads"
