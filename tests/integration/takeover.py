"""How long sixteen people are without their room when its node is killed: `python -m tests.integration.takeover [RUNS]`.

From SIGKILL until each has its session back on another node (welcome received), as the client does it: at once, then again
and again. Media start after that.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.support.client import Client
from tests.support.cluster import Cluster, come_back, running_cluster

PEOPLE = 16


async def one_run(cluster: Cluster) -> list[float]:
    """Seconds, of each person."""
    room = await cluster.create_room()
    links = [cluster.invite(room, name=f"P{number}") for number in range(PEOPLE)]
    nodes = cluster.nodes
    people = [await Client.join(nodes[i % len(nodes)].ws_url, link) for i, link in enumerate(links)]
    owner = cluster.owner(room)
    assert owner is not None
    left = cluster.others(owner)
    killed_at = time.monotonic()
    owner.kill()

    async def back(person: Client, link: str) -> float:
        await person.closed()
        again = await come_back(left, link, person.resume_point())
        assert again.welcome.resumed
        took = time.monotonic() - killed_at
        await again.close()
        return took

    return await asyncio.gather(*(back(person, link) for person, link in zip(people, links, strict=True)))


def main(runs: int) -> None:
    took: list[float] = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder, running_cluster(Path(folder)) as cluster:
            took += asyncio.run(one_run(cluster))
    cuts = statistics.quantiles(took, n=100)
    print(f"{runs} kills, {len(took)} people back: median {statistics.median(took):.2f} s, ", end="")
    print(f"p95 {cuts[94]:.2f} s, p99 {cuts[98]:.2f} s, worst {max(took):.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
