"""The journal, shared notes and leases on a real Redis Cluster: three masters, a replica of each; and replicas that lag."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from redis.cluster import RedisCluster
from redis.crc import key_slot

from classroom.cluster.base import OwnedElsewhere
from classroom.cluster.placement import NodeInfo
from classroom.cluster.redis import RedisOwnership
from classroom.journal.base import Journal
from classroom.journal.redis import RedisJournal
from classroom.notes.redis import RedisNotes
from rooms.events import HandRaised, Recorded, RoomCreated
from tests.support.redis import RedisServer, running_redis, running_redis_cluster

pytestmark = [pytest.mark.redis, pytest.mark.timeout(300)]

ROOMS = [f"room-{number}" for number in range(12)]
"""On all masters."""


def hand(seq: int) -> Recorded:
    return Recorded(seq=seq, at_ms=seq, event=HandRaised(participant_id="ana", at_ms=seq))


async def create(journal: Journal, rooms: Sequence[str]) -> None:
    for room in rooms:
        event = RoomCreated(room_id=room, name="Web", capacity=16)
        await journal.create(Recorded(seq=1, at_ms=1, event=event))


def owner(url: str, name: str) -> RedisOwnership:
    async def nobody(_: list[NodeInfo]) -> list[bool | None]:
        return []

    async def vanished(room_id: str) -> None:
        raise AssertionError(f"{room_id} has vanished")

    def lost(room_id: str) -> None:
        raise AssertionError(f"{room_id} is lost")

    node = NodeInfo(node_id=name, url=f"http://127.0.0.1/{name}", sessions=0, rooms=0, draining=False)
    return RedisOwnership(url, lambda: node, lost=lost, vanished=vanished, ask_peers=nobody, ring=b"keys")


async def test_rooms_live_on_a_redis_cluster_that_moves_slots_and_loses_a_master(tmp_path: Path) -> None:
    with running_redis_cluster(tmp_path) as nodes:
        url = f"redis+cluster://127.0.0.1:{nodes[0].port}"
        journal, notes = RedisJournal(url, replicas=1), RedisNotes(url, replicas=1)
        one, other = owner(url, "one"), owner(url, "other")
        await create(journal, ROOMS)
        assert len({key_slot(f"{{{room}}}".encode()) * 3 // 16384 for room in ROOMS}) == 3
        holds = []
        for room in ROOMS:
            hold = await one.claim(room)
            holds.append(hold)
            await journal.fence(room, hold.token)
            with pytest.raises(OwnedElsewhere):
                await other.claim(room)
            assert (await other.owner(room) or pytest.fail("no owner")).node_id == "one"
            appended = [journal.append(room, [hand(seq)], hold.token) for seq in range(2, 22)]
            written = notes.append(room, "room", "", b"words", text_bytes=5, now_ms=1, token=hold.token)
            await asyncio.gather(*appended, written)
        leases = asyncio.create_task(one.run())
        room, token = ROOMS[0], 1
        move_slot(nodes, room)
        await asyncio.gather(*(journal.append(room, [hand(seq)], token) for seq in range(22, 42)))
        await notes.append(room, "room", "", b"more", text_bytes=9, now_ms=2, token=token)
        assert await notes.load(room, "room") == [b"words", b"more"]

        # What was acknowledged is on the replica: it is there when the master is not.
        nodes[1].process.kill()
        after = RedisJournal(url.replace(str(nodes[0].port), str(nodes[2].port)))
        for room in ROOMS:
            last = 41 if room == ROOMS[0] else 21
            async with asyncio.timeout(60):
                await after.append(room, [hand(last + 1)], token)
            assert [event.seq for event in await after.events(room)] == list(range(1, last + 2))
            assert (await after.load(room)).events[-1].seq == last + 1
        assert {listing.room_id for listing in await after.rooms()} == set(ROOMS)
        async with asyncio.timeout(30):
            while not all(hold.proven for hold in holds):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        leases.cancel()
        with suppress(asyncio.CancelledError):
            await leases
        for store in (after, notes, journal, one, other):
            await store.close()


def move_slot(nodes: list[RedisServer], room: str) -> None:
    """To another master, with all its keys: clients that ask the old one are redirected."""
    with RedisCluster(host="127.0.0.1", port=nodes[0].port) as cluster:
        slot = cluster.keyslot(f"{{{room}}}")
        ids = [node.client().execute_command("CLUSTER MYID").decode() for node in nodes[:3]]
        source = slot * 3 // 16384
        target = (source + 1) % 3
        to, away = nodes[target].client(), nodes[source].client()
        to.execute_command("CLUSTER SETSLOT", slot, "IMPORTING", ids[source])
        away.execute_command("CLUSTER SETSLOT", slot, "MIGRATING", ids[target])
        keys = away.execute_command("CLUSTER GETKEYSINSLOT", slot, 100)
        away.execute_command("MIGRATE", "127.0.0.1", nodes[target].port, "", 0, 5000, "KEYS", *keys)
        for node in (to, away, nodes[3 - source - target].client()):
            node.execute_command("CLUSTER SETSLOT", slot, "NODE", ids[target])


async def test_an_append_counts_when_the_replica_has_it(tmp_path: Path) -> None:
    with running_redis(tmp_path / "first") as first:
        following = ("--replicaof", "127.0.0.1", str(first.port))
        with running_redis(tmp_path / "second", *following) as second:
            journal = RedisJournal(first.url, replicas=1)
            await create(journal, ["r"])
            await journal.append("r", [hand(2)])
            second.pause()
            waiting = [journal.append("r", [hand(seq)]) for seq in range(3, 23)]
            await asyncio.sleep(1.5)  # longer than one WAIT: it was asked for again, too
            assert not any(future.done() for future in waiting)
            second.go_on()
            async with asyncio.timeout(60):
                await asyncio.gather(*waiting)
            assert len(await journal.events("r")) == 22, "repeated, and taken once"
            first.process.kill()
            await journal.close()
            with second.client() as client:
                client.execute_command("REPLICAOF", "NO", "ONE")
            promoted = RedisJournal(second.url)
            assert [event.seq for event in await promoted.events("r")] == list(range(1, 23))
            await promoted.append("r", [hand(23)])
            await promoted.close()
