"""Who was present when: from events, on time that the test keeps."""

from __future__ import annotations

import asyncio
import csv
import io

import httpx
from hypothesis import given
from hypothesis import strategies as st

from classroom.api.attendance import Attendance, Attendee, Life, Stay, as_csv, clipped
from rooms import commands as c
from rooms.events import Recorded
from tests.api.test_rooms import asked, made
from tests.rooms.driver import Driver, classroom
from tests.support.client import Client
from tests.support.server import ClassroomServer

MINUTE = 60_000


def events_of(room: Driver) -> list[Recorded]:
    return [recorded for recorded, _ in room.log]


def folded(
    events: list[Recorded], now_ms: int, lives: list[Life] | None = None, here: tuple[str, ...] = ()
) -> dict[str, list[Stay]]:
    record = Attendance(lives or [])
    for recorded in events:
        record.add(recorded)
    return {person.participant_id: person.stays for person in record.settle(frozenset(here), now_ms)}


def test_a_stay_is_from_socket_to_socket() -> None:
    room = classroom()
    start = room.now_ms
    room.join("ann")
    room.wait(10 * MINUTE)
    room.do(c.Disconnect(), "ann")
    room.wait(MINUTE)
    room.do(c.Reconnect(), "ann")
    room.wait(MINUTE)
    room.do(c.Leave(), "ann")
    room.wait(MINUTE)
    room.join("ann")
    room.wait(MINUTE)
    stays = folded(events_of(room), room.now_ms, here=("ann",))["ann"]
    assert stays == [
        Stay(start, start + 10 * MINUTE),
        Stay(start + 11 * MINUTE, start + 12 * MINUTE),
        Stay(start + 13 * MINUTE, None),
    ]


def test_a_second_tab_is_no_second_stay() -> None:
    room = classroom()
    start = room.now_ms
    room.join("ann")
    room.wait(MINUTE)
    room.join("ann")
    room.wait(MINUTE)
    room.do(c.Leave(), "ann")
    assert folded(events_of(room), room.now_ms)["ann"] == [Stay(start, start + 2 * MINUTE)]


def test_a_server_that_died_makes_nobody_stay_the_night() -> None:
    room = classroom()
    start = room.now_ms
    room.join("ann")
    room.wait(20 * MINUTE)  # the server is killed soon after; its last mark was then
    lives = [Life(start, room.now_ms)]
    room.now_ms += 15 * 60 * MINUTE
    morning = room.now_ms
    lives.append(Life(morning, morning + MINUTE))
    room.do(c.Disconnect(), "ann")  # what the next one does for all who were connected
    room.do(c.Reconnect(), "ann")
    room.wait(MINUTE)
    room.do(c.Leave(), "ann")
    assert folded(events_of(room), room.now_ms, lives)["ann"] == [
        Stay(start, start + 20 * MINUTE),
        Stay(morning, morning + MINUTE),
    ]


def test_nobody_is_here_whom_the_owner_does_not_know() -> None:
    """The server died, and nobody has asked for the room since."""
    room = classroom()
    start = room.now_ms
    room.join("ann")
    record = folded(events_of(room), start + 600 * MINUTE, [Life(start, start + 5 * MINUTE)])
    assert record["ann"] == [Stay(start, start + 5 * MINUTE)]


def test_who_came_before_the_oldest_kept_event_counts_from_it() -> None:
    room = classroom()
    room.join("ann")
    room.wait(30 * MINUTE)
    room.do(c.RaiseHand(), "ann")
    room.wait(MINUTE)
    room.do(c.Leave(), "ann")
    kept = [recorded for recorded in events_of(room) if recorded.at_ms >= room.now_ms - MINUTE]
    assert folded(kept, room.now_ms)["ann"] == [Stay(room.now_ms - MINUTE, room.now_ms)]


def test_a_part_of_the_time_is_cut_out() -> None:
    people = [Attendee("a", "Ann", "participant", [Stay(0, 10), Stay(20, None)])]
    assert clipped(people, 5, 25)[0].stays == [Stay(5, 10), Stay(20, 25)]
    assert clipped(people, 10, 20) == []
    assert clipped(people, 30, None)[0].stays == [Stay(30, None)]


def test_a_spreadsheet_runs_nothing_that_somebody_called_themselves() -> None:
    people = [Attendee("a", '=HYPERLINK("http://x")', "participant", [Stay(0, 90_000)])]
    text = as_csv(people, 0)
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text[1:])))
    assert rows[0]["name"].startswith("'=")
    assert rows[0]["minutes"] == "1.5"


@given(
    st.lists(
        st.tuples(st.sampled_from("jdrl"), st.sampled_from("abc"), st.integers(0, 5 * MINUTE)), max_size=60
    ),
    st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=4),
)
def test_stays_are_in_order_and_never_overlap(
    steps: list[tuple[str, str, int]], lives: list[tuple[int, int]]
) -> None:
    room = Driver()
    commands = {"d": c.Disconnect(), "r": c.Reconnect(), "l": c.Leave()}
    for kind, who, waited_ms in steps:
        room.wait(waited_ms)
        if kind == "j":
            room.join(who)
        elif room.state.seat(who) is not None:
            room.do(commands[kind], who)
    spans = [Life(1_000_000 + a * MINUTE, 1_000_000 + (a + b) * MINUTE) for a, b in lives]
    here = tuple(person.id for person in room.state.participants if person.connected)
    for stays in folded(events_of(room), room.now_ms, spans, here).values():
        ends = [stay.until_ms for stay in stays[:-1]]
        assert None not in ends
        flat = [time for stay in stays for time in stay if time is not None]
        assert flat == sorted(flat)
        assert all(1_000_000 <= time <= room.now_ms for time in flat)


async def test_it_is_told_as_json_and_csv(server: ClassroomServer, api: httpx.Client) -> None:
    room = await asyncio.to_thread(made, api)
    ana = await Client.join(server.ws_url, server.invite(room, name="Ana, née B."))
    bob = await Client.join(server.ws_url, server.invite(room, name="Bob"))
    await bob.request(c.Leave())
    told = await asked(api, f"/rooms/{room}/attendance")
    assert [one["name"] for one in told["items"]] == ["Ana, née B.", "Bob"]
    assert told["items"][0]["stays"][0]["until"] is None
    assert told["items"][1]["stays"][0]["until"] is not None
    answer = await asyncio.to_thread(api.get, f"/rooms/{room}/attendance", params={"format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["name"] for row in rows] == ["Ana, née B.", "Bob"]
    await ana.close()
