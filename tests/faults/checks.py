"""What must hold, whatever happened. Every check raises `Violation` with what is wrong."""

from __future__ import annotations

from collections import defaultdict

from classroom.cluster.base import Hold
from rooms import commands as c
from rooms import events, room
from rooms.events import Recorded
from rooms.state import RoomState
from rooms.views import snapshot, view
from tests.faults import server
from tests.faults.client import Asked, Client, Violation
from tests.faults.world import ROOM, World


def check_history(world: World, history: list[Recorded]) -> RoomState:
    """Nothing acknowledged is lost, nothing is done twice, everybody saw the same; nobody was turned on or moved by
    anything but a request. Gives the room that the history makes."""
    if [recorded.seq for recorded in history] != list(range(1, len(history) + 1)):
        raise Violation("the journal has a gap")
    _check_requests(world, history)
    asked = {(one.session_id, one.ref): one for client in world.clients for one in client.book.asked}
    state = RoomState(limits=world.config.room_limits)
    for recorded in history:
        before, state = state, room.apply(state, recorded)
        _check_cause(before, state, recorded, asked)
        for client in world.clients:
            shown = client.book.shown.get(recorded.seq)
            if shown is not None and shown != view(state, recorded, client.seat):
                raise Violation(f"{client.seat} was shown {shown} as event {recorded.seq}: {recorded.event}")
    for client in world.clients:
        beyond = [seq for seq in client.book.shown if seq > len(history)]
        if beyond:
            raise Violation(f"{client.seat} was shown events that are not in the journal: {beyond}")
    return state


def _check_requests(world: World, history: list[Recorded]) -> None:
    made: dict[tuple[str, int], list[int]] = defaultdict(list)
    for recorded in history:
        if recorded.cause is not None and recorded.cause.ref:
            made[recorded.cause.session_id, recorded.cause.ref].append(recorded.seq)
    for client in world.clients:
        for one in client.book.asked:
            seqs = made.pop((one.session_id, one.ref), []) if one.session_id is not None else []
            told = f"{client.seat}'s request {one.ref} ({type(one.command).__name__}, {one.fate} {one.code or one.seq})"
            if len(seqs) > 1:
                raise Violation(f"{told} was done {len(seqs)} times: {seqs}")
            if one.fate == "done" and seqs != ([one.seq] if one.seq else []):
                raise Violation(f"{told} is in the journal as {seqs}")
            if one.fate == "refused" and seqs:
                raise Violation(f"{told} is in the journal as {seqs}")
    if made:
        raise Violation(f"nobody asked for {dict(made)}")


def _check_cause(
    before: RoomState, after: RoomState, recorded: Recorded, asked: dict[tuple[str | None, int], Asked]
) -> None:
    event, cause = recorded.event, recorded.cause
    request = None if cause is None or not cause.ref else asked[cause.session_id, cause.ref]
    by = None if cause is None else cause.participant_id
    for person in after.participants:
        was = before.seat(person.id)
        if was is None:
            if person.media.microphone or person.media.camera or person.media.screen:
                raise Violation(f"{person.id} came in with media on, at {recorded.seq}")
            continue
        turned_on = [
            medium
            for medium in ("microphone", "camera", "screen")
            if getattr(person.media, medium) and not getattr(was.media, medium)
        ]
        if turned_on and not (
            request is not None and isinstance(request.command, c.SetMedia) and by == person.id
        ):
            raise Violation(f"{person.id}'s {turned_on} came on at {recorded.seq} by {event}")
        if person.breakout != was.breakout and isinstance(
            event, (events.ParticipantJoined, events.PresenceChanged, events.MediaChanged)
        ):
            raise Violation(f"{person.id} was moved at {recorded.seq} by {event}")


def check_healed(world: World) -> None:
    """Everybody is back, has had all their answers, and sees the room as it is."""
    history = world.history()
    state = check_history(world, history)
    owners = world.hosts
    if len(owners) != 1 or owners[0].state != state:
        raise Violation(f"{len(owners)} nodes have the room, or not as the journal has it")
    for client in world.clients:
        if client.off:
            continue
        if client.book.final is not None:
            raise Violation(f"{client.seat} was sent away for good: {client.book.final}")
        if not client.up:
            raise Violation(f"{client.seat} is not back")
        if client.waiting:
            waiting = [(one.ref, type(one.command).__name__) for one in client.waiting.values()]
            raise Violation(f"{client.seat} has no answer to {waiting}")
        fresh = snapshot(state, client.seat)
        if client.snapshot != fresh:
            raise Violation(f"{client.seat} sees {client.snapshot}\n and not {fresh}")
    _check_presence(world, state)
    check_continuously(world)


def _check_presence(world: World, state: RoomState) -> None:
    here = {person.id for person in state.participants if person.connected}
    expected = {client.seat for client in world.clients if not client.off}
    if here != expected:
        raise Violation(f"connected are {sorted(here)}, not {sorted(expected)}")


def check_continuously(world: World) -> None:
    """At any moment: bounds, and no bug in the server's log."""
    limits = world.scale.limits
    if world.max_outbox > limits.outbox_frames + 1:
        raise Violation(f"{world.max_outbox} frames wait for one reader")
    owners = [
        one
        for one in world.running
        if (hold := _hold(one)) is not None and one.process.ask(lambda: hold.proven)
    ]
    if len(owners) > 1:
        raise Violation(f"two nodes can prove that they own the room: {[one.process.name for one in owners]}")
    if server.bugs:
        raise Violation(f"the server logged {server.bugs}")
    if world.loop.unhandled:
        raise Violation(f"nobody caught {world.loop.unhandled}")


def _hold(node: server.Server) -> Hold | None:
    loaded = None if node.runtime is None else node.runtime.hosts.loaded(ROOM)
    return None if loaded is None else loaded.hold


def check_silence(world: World, client: Client) -> None:
    """A silent death was seen."""
    state = world.state
    seat = None if state is None else state.seat(client.seat)
    if seat is None or seat.connected:
        raise Violation(f"{client.seat} died silently 15 s ago, and still counts as here")


def check_gone(world: World) -> None:
    """Everybody left long ago: nothing of them takes memory."""
    for node in world.running:
        runtime = node.runtime
        assert runtime is not None
        left = {
            "sessions": len(runtime.sessions),
            "sockets": len(runtime.connections),
            "rooms": len(runtime.hosts),
            "rooms of media": len(runtime.switchboard.rooms),
        }
        if any(left.values()):
            raise Violation(f"ghosts: {left}")
    state = check_history(world, world.history())
    if state.participants:
        raise Violation(f"seats that nobody has: {[person.id for person in state.participants]}")
