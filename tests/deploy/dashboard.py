"""The dashboard and the alert rules at work: `make test-dashboard`. A real Prometheus asks two real nodes on a Redis, by
the example configuration with a token, while synthetic people meet there; then each panel's expressions are asked of it.

Every one must be answered with figures, and every rule must be evaluated without a complaint.
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.deploy.containerfile import ROOT
from tests.deploy.test_grafana import PANELS, filled_in
from tests.support.ports import free_port
from tests.support.redis import running_redis
from tests.support.server import ClassroomServer, running

EXAMPLE: Final = ROOT / "deploy" / "prometheus"
TOKEN: Final = "a-token-for-prometheus"
SCENARIO: Final = """
rooms = 2
people = 3
seconds = 20
[activity]
chat_per_min = 20
hands_per_min = 10
[[networks]]
name = "lossy"
share = 0.5
loss = 0.05
[[faults]]
at_s = 10
kind = "cut"
share = 0.3
lasts_s = 2
"""
PATIENCE_S: Final = 60.0
QUIET: Final = {"Requests refused"}
"""Panels that are empty as long as nobody does what they count; the load test's people do not."""


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running_redis(folder / "redis") as redis:
            shared = {"REDIS_URL": redis.url, "METRICS_TOKEN": TOKEN}
            with (
                running(folder / "one", "--demo", **shared) as one,
                running(folder / "two", "--demo", **shared) as two,
                prometheus(folder, one, two) as url,
            ):
                meet(folder, one)
                disturb(one)
                time.sleep(3)  # some scrapes more
                return judge(url)


@contextmanager
def prometheus(folder: Path, *nodes: ClassroomServer) -> Iterator[str]:
    program = shutil.which("prometheus") or str(ROOT / ".make" / "prometheus")
    shutil.copy(EXAMPLE / "alerts.yml", folder)
    (folder / "metrics_token").write_text(TOKEN)
    targets = json.dumps([node.url.removeprefix("http://") for node in nodes])
    example = (EXAMPLE / "prometheus.yml").read_text()
    example = (
        re.sub(r"targets: .*", f"targets: {targets}", example)
        .replace(": 15s", ": 1s")
        .replace(": 10s", ": 1s")
    )
    (folder / "prometheus.yml").write_text(example)
    port = free_port()
    arguments = [f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'tsdb'}"]
    arguments.append(f"--web.listen-address=127.0.0.1:{port}")
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen([program, *arguments], stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not asks_all(url, len(nodes)):
            assert process.poll() is None, (folder / "prometheus.log").read_text()
            assert time.monotonic() < deadline, "Prometheus does not reach the nodes"
            time.sleep(0.5)
        yield url
    finally:
        process.terminate()
        process.wait()


def asks_all(url: str, nodes: int) -> bool:
    try:
        targets = get(url, "/api/v1/targets")["activeTargets"]
    except OSError:
        return False
    return [target["health"] for target in targets] == ["up"] * nodes


def get(url: str, path: str, **query: str) -> Any:
    """The data of an answer of Prometheus's API."""
    with urllib.request.urlopen(f"{url}{path}?{urllib.parse.urlencode(query)}") as answer:
        return json.load(answer)["data"]


def meet(folder: Path, node: ClassroomServer) -> None:
    scenario = folder / "meeting.toml"
    scenario.write_text(SCENARIO)
    command = [sys.executable, "-m", "loadtest", "--url", node.url, "--scenario", str(scenario)]
    subprocess.run(command, cwd=ROOT, check=False)  # what people suffer on a busy machine is figures, too


def disturb(node: ClassroomServer) -> None:
    """What nobody should do: a program with a wrong key, and datagrams that are nothing."""
    request = urllib.request.Request(f"{node.url}/api/v1/rooms", headers={"Authorization": "Bearer wrong"})
    for _ in range(3):
        try:
            urllib.request.urlopen(request).close()
        except urllib.error.HTTPError as refusal:
            refusal.close()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(b"nothing", ("127.0.0.1", node.media_port))
        time.sleep(1.5)


def judge(url: str) -> int:
    problems = []
    for panel in PANELS:
        for target in panel["targets"]:
            found = get(url, "/api/v1/query", query=filled_in(target["expr"]))["result"]
            figures = [series["value"][1] for series in found if series["value"][1] != "NaN"]
            print(f"{panel['title']} {target['refId']}: {len(figures)} of {len(found)} {figures[:4]}")
            if not figures and panel["title"] not in QUIET:
                problems.append(f"{panel['title']}: nothing for {target['expr']}")
    rules = [rule for group in get(url, "/api/v1/rules")["groups"] for rule in group["rules"]]
    problems += [f"{rule['name']}: {rule['lastError']}" for rule in rules if rule["health"] != "ok"]
    print(
        f"{len(rules)} rules; alerts that are pending or fire: {[r['name'] for r in rules if r.get('alerts')]}"
    )
    print("\n".join(problems) or "every panel has figures, every rule is evaluated")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
