"""What watching costs: 30 rooms of 16 people, looked at every other second, and the ops page open.

    python -m benchmarks.ops [--rooms 30] [--people 16] [--rounds N] [--json FILE]

Rooms, sessions and health records are real; of the media only the figures are made up, because `quality_watch` measures them
whether or not anybody watches. Timed is the CPU time of this thread.
"""

from __future__ import annotations

import argparse
import logging
import secrets
import time
from pathlib import Path
from statistics import median

import msgspec
import structlog
import uvloop

from benchmarks.table import Figure, conclude
from benchmarks.turns import Person
from classroom import invitations
from classroom.config import Config
from classroom.host import RoomHost
from classroom.journal.memory import MemoryJournal
from classroom.media.ice import Path as MediaPath
from classroom.media.model import PeerId
from classroom.media.quality import Score, StreamLoss, Window
from classroom.ops.ops import Ops
from classroom.ops.views import Access
from classroom.ops.watch import LOOK_EVERY_S, OpsWatch
from classroom.quality_figures import DirectionFigures, PersonFigures
from classroom.runtime import Runtime, now_ms
from signaling.messages import PersonQuality
from signaling.tokens import KeyRing

TITLE = "Watching 30 rooms of 16 people (share of one core)"
LIMIT = 0.02
POLL_S = 2.0
WATCHERS = 3
"""People who have the page open: each the list, and one a room and a person beside it."""


async def _fill(runtime: Runtime, rooms: int, people: int) -> None:
    for _ in range(rooms):
        room_id = invitations.new_room_id()
        await invitations.create_room(runtime.journal, room_id, "Bench", people)
        host = await runtime.hosts.get(room_id)
        for number in range(people):
            await Person(runtime, host, f"Person {number}", trainer=number == 0).join()


def _figures(host: RoomHost, lost: bool) -> tuple[PersonFigures, ...]:
    """Everybody is heard and hears, and loses a packet now and then; where `lost`, one does not."""
    window = Window(
        losses=(StreamLoss(8.0, 100, 1), StreamLoss(10.0, 400, 3)), round_trip_ms=41.0, jitter_ms=3.0
    )
    way = DirectionFigures(Score("good", 71.0, 3.6, ("downlink_loss",)), window)
    return tuple(
        PersonFigures(
            known=PersonQuality(
                participant_id=someone.id, path="ok", hears=not (lost and number == 3), heard=True, sees="ok", video="ok"
            ),
            sending=way, receiving=way, deaf_s=0.0, mute_s=0.0, interruptions=0, first_word_ms=900, way="udp",
        )
        for number, someone in enumerate(host.state.participants)
    )  # fmt: skip


async def _measure(rooms: int, people: int, rounds: int) -> list[Figure]:
    runtime = Runtime(Config(), KeyRing({"k": secrets.token_bytes(32)}, "k"), MemoryJournal())
    await _fill(runtime, rooms, people)
    hosts = list(runtime.hosts)
    known = {host.room_id: (_figures(host, False), _figures(host, True)) for host in hosts}
    lost = False

    def path_of(peer: PeerId) -> MediaPath:
        return MediaPath(peer, ("192.0.2.7", 40_000), 0.0, 0.0)

    watch = OpsWatch(runtime.hosts, lambda room_id: known[room_id][lost], path_of, now_ms)
    ops = Ops(runtime, watch)
    you = Access(name="bench", may_act=True, until_ms=0)
    looks, turns, answers = [], [], []
    for _ in range(rounds):
        lost = not lost
        began = time.thread_time()
        for host in hosts:
            before = time.thread_time()
            watch.look(host)
            turns.append(time.thread_time() - before)
        looks.append(time.thread_time() - began)
        began = time.thread_time()
        for watcher in range(WATCHERS):
            host = hosts[watcher]
            who = host.state.participants[3].id
            for answer in (
                await ops.overview(you, 0, 50, ""),
                await ops.room(host.room_id),
                await ops.person(host.room_id, who),
            ):
                msgspec.json.encode(answer)
        answers.append(time.thread_time() - began)
    look, answer = median(looks), median(answers)
    share = look / LOOK_EVERY_S + answer / POLL_S
    await runtime.stop()
    return [
        Figure("looking at all rooms, whether or not anybody watches", 100 * look / LOOK_EVERY_S, "%"),
        Figure(f"answering {WATCHERS} who watch", 100 * answer / POLL_S, "%"),
        Figure("both", 100 * share, "%", 100 * LIMIT),
        Figure("the longest turn of the loop for one room, median", 1000 * median(turns), "ms", 5.0),
    ]


def measure(rooms: int = 30, people: int = 16, rounds: int = 30) -> list[Figure]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    return uvloop.run(_measure(rooms, people, rounds))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ops", description="What watching costs.")
    parser.add_argument("--rooms", type=int, default=30)
    parser.add_argument("--people", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    return conclude(TITLE, measure(options.rooms, options.people, options.rounds), options.json)


if __name__ == "__main__":
    raise SystemExit(main())
