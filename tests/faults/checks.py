"""What must hold, whatever happened. Every check raises `Violation` with what is wrong."""

from __future__ import annotations

from collections import defaultdict

from classroom.cluster.base import Hold
from classroom.notes.document import NoteDocument
from rooms import chat_images, events, room
from rooms import commands as c
from rooms.events import Recorded
from rooms.model import STAFF
from rooms.notes import ROOM_NOTE
from rooms.state import RoomState
from rooms.views import snapshot, view
from tests.faults import server
from tests.faults.client import Asked, Client, Person, Violation
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
        _check_lobby(before, state, recorded)
        for client in world.clients:
            _check_shown(client, before, state, recorded)
    for client in world.clients:
        beyond = [seq for seq in client.book.shown if seq > len(history)]
        if beyond:
            raise Violation(f"{client.seat} was shown events that are not in the journal: {beyond}")
    return state


def _check_shown(client: Client, before: RoomState, after: RoomState, recorded: Recorded) -> None:
    """Everybody is shown the same, and nobody anything whose seat or invitation was taken away."""
    shown = client.book.shown.get(recorded.seq)
    if shown is not None:
        if shown != view(after, recorded, client.seat):
            raise Violation(f"{client.name} was shown {shown} as event {recorded.seq}: {recorded.event}")
        if before.seat(client.seat) is None and after.seat(client.seat) is None:
            raise Violation(
                f"{client.name} has no seat, and was shown event {recorded.seq}: {recorded.event}"
            )
        if client.invitation in before.revoked and not isinstance(recorded.event, events.ParticipantLeft):
            raise Violation(f"{client.name} came by a revoked invitation, and was shown event {recorded.seq}")
    if recorded.seq in client.book.welcomed_at:
        if after.seat(client.seat) is None:
            raise Violation(f"{client.name} was let in at {recorded.seq} without a seat")
        if client.invitation in after.revoked:
            raise Violation(f"{client.name} was let in at {recorded.seq} by a revoked invitation")


def _check_lobby(before: RoomState, after: RoomState, recorded: Recorded) -> None:
    """Whoever waits keeps their rank until staff decide, or their connection was gone for too long; and nobody comes in who
    was removed, or should have waited."""
    if isinstance(recorded.event, events.ParticipantJoined):
        person = recorded.event.participant
        if any(kept.participant_id == person.id for kept in before.kept_out):
            raise Violation(f"{person.id} was removed, and came in at {recorded.seq}")
        if before.rules.lobby and person.role not in STAFF and person.id not in before.known:
            raise Violation(f"{person.id} came in past the lobby at {recorded.seq}")
    decided: set[str] = set()
    if isinstance(recorded.event, events.LobbyChanged):
        decided = {*recorded.event.admitted, *recorded.event.refused}
    waiting = {one.participant_id: one.since_at_ms for one in after.lobby}
    stayed = [one for one in before.lobby if one.participant_id in waiting]
    if [one.participant_id for one in stayed] != [*waiting][: len(stayed)] or any(
        waiting[one.participant_id] != one.since_at_ms for one in stayed
    ):
        raise Violation(f"ranks in the lobby changed at {recorded.seq}: {before.lobby} became {after.lobby}")
    for one in before.lobby:
        gone = one.participant_id not in waiting and one.participant_id not in decided
        if gone and (one.gone_at_ms is None or recorded.at_ms < one.gone_at_ms + before.limits.lobby_kept_ms):
            raise Violation(
                f"{one.participant_id} vanished from the lobby at {recorded.seq}: {recorded.event}"
            )


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
    for person in world.people.values():
        _check_tabs(world, person, history)
    for client in world.clients:
        if client.off or client.book.final is not None or client.at_door:
            continue
        if not client.up:
            raise Violation(f"{client.name} is not back")
        if client.waiting:
            waiting = [(one.ref, type(one.command).__name__) for one in client.waiting.values()]
            raise Violation(f"{client.name} has no answer to {waiting}")
        fresh = snapshot(state, client.seat)
        if client.snapshot != fresh:
            raise Violation(f"{client.name} sees {client.snapshot}\n and not {fresh}")
    _check_presence(world, state)
    check_continuously(world)


def _check_tabs(world: World, person: Person, history: list[Recorded]) -> None:
    """One person is in once; and no tab is sent away for good without a reason. Somebody may be refused by what was decided and
    then not kept, because the disk was full: it was wanted all the same."""
    if any(tab.off for tab in person.tabs):
        return
    ways = [tab.book.final for tab in person.tabs]
    trying = ways.count(None)
    if trying > 1:
        raise Violation(f"{person.seat} is in the room by {trying} tabs")
    if not trying and set(ways) == {"replaced"}:
        raise Violation(f"{person.seat} was thrown out of every tab")
    happened = [recorded.event for recorded in history]
    left = {
        event.reason
        for event in happened
        if isinstance(event, events.ParticipantLeft) and event.participant_id == person.seat
    }
    lobby = [event for event in happened if isinstance(event, events.LobbyChanged)]
    unwanted = {
        one.command.participant_id
        for client in world.clients
        for one in client.book.asked
        if isinstance(one.command, c.RemoveParticipant)
    }
    for tab in person.tabs:
        reason = {
            None: True,
            "replaced": len(person.tabs) > 1,
            "left": tab.leaving,
            "removed": "removed" in left or person.seat in unwanted,
            "token_revoked": tab.invitation in world.revoking,
            "not_admitted": any(person.seat in event.refused for event in lobby),
        }
        if not reason.get(tab.book.final, False):
            raise Violation(f"{tab.name} was sent away for good: {tab.book.final}")


def _check_presence(world: World, state: RoomState) -> None:
    here = {person.id for person in state.participants if person.connected}
    expected = {client.seat for client in world.clients if client.up and not client.off}
    if here != expected:
        raise Violation(f"connected are {sorted(here)}, not {sorted(expected)}")
    waiting = {one.participant_id for one in state.lobby if one.gone_at_ms is None}
    expected = {client.seat for client in world.clients if client.at_door and not client.off}
    if waiting != expected:
        raise Violation(f"in the lobby are {sorted(waiting)}, not {sorted(expected)}")


async def check_kept(world: World) -> None:
    """Beside the journal: every acknowledged word of the note is there once, and everybody has the same text; every image
    that a message shows can be looked at."""
    node = world.owner
    assert node is not None
    assert node.runtime is not None
    text = NoteDocument(await node.runtime._note_store.load(ROOM, ROOM_NOTE)).text
    words = [word for word in text.split("]") if word]
    if len(words) != len(set(words)):
        raise Violation(f"words are in the note twice: {text}")
    for client in world.clients:
        if client.pad is None:
            continue
        lost = [word for word in client.pad.acknowledged if word not in text]
        if lost:
            raise Violation(f"{client.name}'s words {lost} were acknowledged, and are not in the note")
        if client.up and client.pad.is_open and client.pad.text != text:
            raise Violation(f"{client.name} has the note as {client.pad.text}\n and not {text}")
    for host in world.hosts:
        for image in chat_images.kept(host.state):
            if await node.runtime._image_store.read(ROOM, image) is None:
                raise Violation(f"image {image} is not kept")


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
