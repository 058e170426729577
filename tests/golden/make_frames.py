"""Writes frames.json: one example of every frame of the protocol, as bytes and as what they mean.

    python -m tests.golden.make_frames

pytest (tests/classroom/test_wire.py) and the client's tests read it: both sides of the wire must agree with
the same bytes. The examples are written by hand; a test fails when a message has none. They are one little
story: Amélie (`tr`) trains Karim (`p1`) and Nour (`p2`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import msgspec

from classroom.wire import BreakoutsPreview
from rooms import activities as a
from rooms import commands as c
from rooms import events as e
from rooms import model as m
from signaling import captions as k
from signaling import codec
from signaling import messages as s
from signaling import notes as n
from signaling.errors import ErrorCode

PATH = Path(__file__).parent / "frames.json"

T = 1_795_000_000_000
"""Some moment of the story, Unix milliseconds."""
KARIM = m.Participant(
    id="p1",
    name="Karim",
    role="participant",
    presence="joined",
    connected=True,
    joined_at_ms=T,
    presence_at_ms=T,
    media=m.MediaFlags(microphone=True),
    breakout="g1",
)
AMELIE = m.Participant(
    id="tr",
    name="Amélie",
    role="trainer",
    presence="away",
    connected=False,
    joined_at_ms=T - 5000,
    presence_at_ms=T,
    media=m.MediaFlags(camera=True, screen=True),
    breakout="g1",
    visiting=True,
)
PICTURE = m.ChatImage(id="pic", media_type="image/webp", width=640, height=480, size_bytes=20_000)
CHAT = m.ChatMessage(id=41, sender_id="p1", sender_name="Karim", channel="room", text="Bonjour 👋", at_ms=T)
PRIVATE = m.ChatMessage(
    id=42, sender_id="tr", sender_name="Amélie", channel="trainers", text="Ça va ?", at_ms=T + 1, to="p1"
)
HELP = m.Help(participant_id="p2", called_at_ms=T)
BREAKOUTS = m.Breakouts(
    round=2,
    mode="pairs",
    groups=(m.Group(id="g1", name="1", members=("p1", "p2"), help=HELP),),
    instruction="Ask each other three questions",
    opened_at_ms=T,
    ends_at_ms=T + 300_000,
)
FLOOR = m.Floor(participant_id="p1", by="tr", given_at_ms=T)
CHECKIN = a.Checkin(id=47, kind="question", question="Which one?", choices=("HTML", "CSS"), opened_at_ms=T)
ITEM = a.AgendaItem(id=48, title="HTML", minutes=45, started_at_ms=T)
TIMER = a.Timer(item=48, title="HTML", is_break=False, started_at_ms=T, ends_at_ms=T + 2_700_000)
PIXEL = m.GlossaryTerm(id="t9", term="Pixel", meaning="A dot of a picture")
SNAPSHOT = m.Snapshot(
    room_id="web-1",
    name="Web design",
    seq=42,
    you="p1",
    participants=(AMELIE, KARIM),
    hands=(m.Hand(participant_id="p1", raised_at_ms=T),),
    chat=(CHAT, PRIVATE),
    spotlight="tr",
    voice_broadcast=None,
    breakouts=BREAKOUTS,
    floor=FLOOR,
    help=(m.Help(participant_id="p1", called_at_ms=T, stuck=True, coming="tr"),),
    checkin=msgspec.structs.replace(
        CHECKIN,
        answers=(a.CheckinAnswer(participant_id="p1", name="Karim", choice=1),),
        counts=(0, 1),
    ),
    agenda=(ITEM,),
    timer=TIMER,
    glossary=(PIXEL,),
)
MEDIA = s.MediaSetup(
    audio_slots=4,
    video_slots=16,
    ice_servers=(
        s.IceServer(urls=("turn:turn.example.org",), username="1795000600:p1", credential="c2VjcmV0"),
    ),
)
WELCOME = s.Welcome(
    protocol=s.PROTOCOL_VERSION,
    session_id="0f8fad5bd9cb469fa165708677289501",
    secret="7c9e6679f7fd4a6f9d6c9a0e9f5b2d11",
    participant_id="p1",
    role="participant",
    epoch="e7",
    resumed=False,
    seq=42,
    heartbeat_s=10.0,
    server_time_ms=T,
    limits=s.Limits(frame_bytes=65536, chat_chars=4000, requests_per_s=20.0, unanswered_requests=64),
    media=MEDIA,
    snapshot=SNAPSHOT,
)
PACKED_SDP = bytes.fromhex("789c2bb335e0e5020003fb00fb")
"""zlib's "v=0" and a line's end."""
RESUME = s.Resume(session_id=WELCOME.session_id, secret=WELCOME.secret, epoch=WELCOME.epoch, seq=42)
PAIRS = c.BreakoutPlan(mode="pairs", odd="trainer")
GROUP = c.GroupSpec(name="Colours", members=("p1", "p2"))

HELLO = bytes.fromhex("0101070004010474657874" + "0548656c6c6f" + "00")
"""The Yjs update by which client 7 writes "Hello"."""
CAPTION = k.CaptionLine(
    participant_id="p1", name="Karim", line=3, text="Bonj", kind="typing", at_ms=T, done=False
)

REQUESTS: tuple[msgspec.Struct, ...] = (
    s.Hello(protocol=1, token="header.claims.signature", client="web 0.1.0"),
    s.Hello(protocol=1, token="header.claims.signature", name="Nour", seat="3b241101e2bb4255", resume=RESUME),
    s.Hello(
        protocol=1,
        token="header.claims.signature",
        resume=RESUME,
        offer=s.EarlyOffer(sdp=PACKED_SDP, sources={"0": "microphone", "1": "camera"}, spare=True),
    ),
    s.Pong(sent_at_ms=T),
    s.GetSnapshot(),
    s.Offer(sdp="v=0\r\n", sources={"0": "microphone", "1": "camera", "2": "screen", "3": "screen_audio"}),
    s.GetIceServers(),
    s.Handover(arrived=True),
    s.View(
        tiles=(
            s.Tile(participant_id="tr", kind="screen", width=1920, height=1080),
            s.Tile(participant_id="p2", kind="camera", width=0, height=0),
        )
    ),
    s.View(tiles=(), only=True),
    s.Report(
        round_trip_ms=23.5,
        slots=(
            s.SourceReport(
                slot="v0",
                packets_received=980,
                packets_lost=-1,
                jitter_ms=1.25,
                frames_decoded=150,
                freeze_ms=0.5,
            ),
            s.SourceReport(
                slot="a0",
                packets_received=250,
                packets_lost=3,
                jitter_ms=4.5,
                freeze_ms=0.5,
                concealed=0.0125,
            ),
        ),
    ),
    c.Leave(),
    c.SetPresence(away=True),
    c.SetMedia(microphone=True, camera=False),
    c.MuteMicrophone(participant_id="p1"),
    c.MuteAll(),
    c.AskUnmute(participant_id="p1"),
    c.RaiseHand(),
    s.React(reaction="applause"),
    c.LowerHand(),
    c.LowerHand(participant_id="p1"),
    c.LowerAllHands(),
    c.PostChat(channel="room", text="Bonjour 👋"),
    c.PostChat(channel="trainers", text="Ça va ?", to="p1"),
    c.PostChat(
        channel="room",
        text="@Karim, regarde",
        reply_to=41,
        mentions=("p1",),
        images=(c.ImageToPost(id="pic", alt="Ma page"),),
    ),
    c.EditChat(message_id=41, text="Bonsoir 👋", mentions=("p1",)),
    c.DeleteChat(message_id=41),
    c.SetSpotlight(participant_id="tr"),
    c.RemoveParticipant(participant_id="p2"),
    c.PreviewBreakouts(plan=PAIRS),
    c.OpenBreakouts(plan=c.BreakoutPlan(mode="manual", groups=(GROUP,)), instruction="Draw", duration_s=300),
    c.RotateBreakouts(duration_s=300),
    c.MoveParticipant(participant_id="p2", group="g1"),
    c.VisitBreakout(group=None),
    c.ExtendBreakouts(duration_s=120),
    c.InstructBreakouts(instruction="Now swap"),
    c.BroadcastText(text="Five more minutes"),
    c.BroadcastVoice(on=True),
    c.CloseBreakouts(after_s=60),
    c.CallHelp(),
    c.EndHelp(group="g1"),
    c.EndHelp(participant_id="p1"),
    c.PromiseHelp(participant_id="p1"),
    c.KeepHand(),
    c.GiveFloor(participant_id="p1"),
    c.EndFloor(),
    c.OpenCheckin(kind="pace"),
    c.OpenCheckin(kind="question", question="Which one?", choices=("HTML", "CSS")),
    c.AnswerCheckin(checkin=47, choice=1),
    c.CloseCheckin(),
    c.ShowCheckin(on=True),
    c.ClearCheckin(),
    c.AddAgendaItem(title="HTML", minutes=45),
    c.ChangeAgendaItem(item=48, title="", minutes=15, is_break=True),
    c.MoveAgendaItem(item=48, to=0),
    c.RemoveAgendaItem(item=48),
    c.StartAgendaItem(item=48),
    c.StartBreak(minutes=15),
    c.ExtendTimer(minutes=5),
    c.EndTimer(),
    c.SetTerm(term="Pixel", meaning="A dot of a picture"),
    c.RemoveTerm(id="t9"),
    c.SetConstraints(apart=(("p1", "p2"),), together=()),
    c.SaveGroups(name="Tuesday", mode="pairs", groups=(c.GroupSpec(name="1", members=("p1", "p2")),)),
    c.ForgetGroups(name="Tuesday"),
    c.AcceptOffer(),
    c.SetRules(unmute=False, lobby=True),
    c.SetLayout(layout="speaker"),
    c.SetLayout(layout=None),
    c.AdmitFromLobby(participant_id="p9"),
    c.AdmitFromLobby(participant_id=None),
    c.RefuseFromLobby(participant_id="p9"),
    c.ReadmitParticipant(participant_id="p9"),
    c.SetRole(participant_id="p1", role="co_trainer"),
    n.OpenNote(note="room", state_vector=b"\x01\x07\x05"),
    n.UpdateNote(note="room", update=HELLO),
    n.PointInNote(note="room", anchor=b"\x00\x07\x05", head=None),
    n.CloseNote(note="room"),
    n.ListNotes(),
    k.WriteCaption(line=3, text="Bonj", kind="typing"),
    k.WriteCaption(line=3, text="Bonjour", kind="captioner", done=True),
)
REPLIES: tuple[msgspec.Struct, ...] = (
    WELCOME,
    msgspec.structs.replace(WELCOME, resumed=True, snapshot=None),
    msgspec.structs.replace(WELCOME, answer=PACKED_SDP),
    s.Done(seq=43),
    s.Resync(epoch="e7", snapshot=SNAPSHOT),
    s.Answer(sdp="v=0\r\n"),
    s.IceServers(ice_servers=MEDIA.ice_servers),
    BreakoutsPreview(groups=(GROUP,)),
    n.NoteState(update=HELLO, state_vector=b"\x01\x07\x05"),
    n.NoteList(notes=(n.NoteListing(note="g1", name="1", text_bytes=5, changed_at_ms=T),)),
)
ERRORS: tuple[str, ...] = (*(code.value for code in ErrorCode), *get_args(c.Refusal))
EVENTS: tuple[msgspec.Struct, ...] = (
    e.RoomCreated(room_id="web-1", name="Web design", capacity=40),
    e.ParticipantJoined(participant=KARIM),
    e.PresenceChanged(participant_id="tr", presence="away", connected=False, at_ms=T),
    e.ParticipantLeft(participant_id="p2", reason="removed"),
    e.MediaChanged(participant_id="p1", media=m.MediaFlags(camera=True), by="tr"),
    e.UnmuteAsked(participant_id="p1", by="tr"),
    e.HandRaised(participant_id="p1", at_ms=T),
    e.HandsLowered(participant_ids=("p1", "p2"), by="tr"),
    e.ChatPosted(message=CHAT, evicted=(7,)),
    e.ChatExpired(evicted=(3, 4)),
    e.ChatEdited(message_id=41, text="Bonsoir 👋", mentions=("p1",), at_ms=T, evicted=(8,)),
    e.ChatDeleted(message_id=41, by="t1"),
    e.ChatImageAdded(participant_id="p1", image=PICTURE, dropped=("old",)),
    e.SpotlightChanged(participant_id=None, by="tr"),
    e.BreakoutsOpened(breakouts=BREAKOUTS, by="tr"),
    e.BreakoutsChanged(instruction="Now swap", ends_at_ms=None, by="tr"),
    e.BreakoutsClosed(by=None),
    e.ParticipantMoved(participant_id="tr", group="g1", visiting=True, by="tr", help=HELP),
    e.HelpCalled(group="g1", participant_id="p2", at_ms=T),
    e.HelpCalled(group=None, participant_id="p1", at_ms=T, stuck=True),
    e.HelpPromised(group="g1", participant_id="p2", by="tr"),
    e.HelpEnded(group="g1", by="tr"),
    e.HelpEnded(group=None, by="tr", participant_id="p1"),
    e.HandSpoken(participant_id="p1", at_ms=T),
    e.HandKept(participant_id="p1"),
    e.FloorGiven(floor=FLOOR),
    e.FloorEnded(by="tr"),
    e.CheckinOpened(checkin=CHECKIN, by="tr"),
    e.CheckinAnswered(participant_id="p1", name="Karim", choice=1, counts=(0, 1)),
    e.CheckinAnswered(participant_id=None, name="", choice=None, counts=(0, 1)),
    e.CheckinClosed(by="tr"),
    e.CheckinShown(counts=None, by="tr"),
    e.CheckinCleared(by="tr"),
    e.AgendaChanged(items=(ITEM,), by="tr"),
    e.TimerChanged(timer=TIMER, by="tr"),
    e.VoiceBroadcastChanged(participant_id="tr"),
    e.TermSet(term=PIXEL, by="tr"),
    e.TermRemoved(id="t9", by="tr"),
    e.ConstraintsChanged(constraints=m.Constraints(apart=(("p1", "p2"),)), by="tr"),
    e.GroupSetsChanged(
        sets=(
            m.GroupSet(
                name="Tuesday",
                mode="pairs",
                groups=(m.SavedGroup(name="1", members=("p1", "p2")),),
                saved_at_ms=T,
            ),
        ),
        by="tr",
    ),
    e.OffersChanged(offers=(m.CompanyOffer(participant_id="p1", group="1-2", at_ms=T),)),
    e.RulesChanged(rules=m.Rules(unmute=False, lobby=True), by="tr"),
    e.LayoutChanged(layout="speaker", by="tr"),
    e.LobbyChanged(
        waiting=(m.Waiting(participant_id="p9", name="Hal", role="participant", since_at_ms=T),),
        admitted=("p8",),
    ),
    e.KeptOutChanged(kept_out=(m.KeptOut(participant_id="p7", name="Eve", at_ms=T),), by="tr"),
    e.RoleChanged(participant_id="p1", role="co_trainer", by="tr"),
    e.RoomChanged(name="Web workshop, day 2", capacity=20),
    e.Hidden(evicted=(7,)),
)
GOOD = s.DirectionQuality(rating="good", mos=3.8, reasons=("high_delay",))
LIMITED = s.DirectionQuality(rating="poor", mos=2.7, reasons=("downlink_limited", "video_paused"))
PUSHES: tuple[msgspec.Struct, ...] = (
    s.LobbyWaiting(since_at_ms=T, sent_at_ms=T + 5),
    s.Ping(sent_at_ms=T),
    s.Slots(
        audio=(s.Published(participant_id="tr", kind="microphone"), None),
        video=(s.Published(participant_id="tr", kind="camera", layer="m"), None),
    ),
    s.Speaking(participant_ids=("tr", "p1")),
    s.Reacted(participant_id="p1", reaction="applause"),
    s.MediaState(connected=True),
    s.MediaRestart(),
    s.OpsMessage(id="0f3c", text="Karim is back in a minute.", at_ms=T),
    s.RoomMoved(media_ms=10_000),
    s.LastHeard(listening_since_ms=T, heard_at_ms={"p1": T + 60_000}),
    s.Wanted(layers={"camera": ("l", "m"), "screen": ()}),
    s.Quality(sending=GOOD, receiving=LIMITED),
    s.Quality(sending=None, receiving=None),
    s.People(
        people=(
            s.PersonQuality(
                participant_id="p1",
                path="ok",
                hears=True,
                heard=True,
                sees="paused",
                video="ok",
                sending=GOOD,
                receiving=LIMITED,
            ),
            s.PersonQuality(
                participant_id="p2", path="lost", hears=False, heard=None, sees=None, video="lost"
            ),
        )
    ),
    n.NoteUpdated(note="room", update=HELLO, participant_id="p1"),
    n.NoteCursor(note="room", participant_id="p1", anchor=b"\x00\x07\x05", head=b"\x00\x07\x05"),
    k.Caption(line=CAPTION),
    k.CaptionHistory(lines=(CAPTION,)),
)


def _payload(message: msgspec.Struct) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(message, builtin_types=codec.BINARY)
    plain.pop("type", None)
    return plain


def _binary(value: object) -> dict[str, str]:
    """JSON has no binary; read back by `revive`."""
    assert isinstance(value, bytes)
    return {"$binary": value.hex()}


def revive(value: dict[str, Any]) -> object:
    """For `json.loads(…, object_hook=revive)`."""
    return bytes.fromhex(value["$binary"]) if "$binary" in value else value


def frames() -> list[dict[str, Any]]:
    """Each with its sender, its bytes, and the frame that they are."""
    rows: list[tuple[str, bytes, list[object]]] = []
    for ref, request in enumerate(REQUESTS, start=1):
        name = codec.tag_of(type(request))
        rows.append(("client", codec.encode_request(ref, request), [ref, name, _payload(request)]))
    for ref, reply in enumerate(REPLIES, start=1):
        rows.append(("server", codec.encode_reply(ref, reply), ["ok", ref, _payload(reply)]))
    for ref, code in enumerate(ERRORS):
        frame = codec.encode_error(ref, code, "why")
        rows.append(("server", frame, ["error", ref, {"code": code, "detail": "why"}]))
    for seq, event in enumerate(EVENTS, start=1):
        plain = ["event", seq, T, codec.tag_of(type(event)), _payload(event)]
        rows.append(("server", codec.encode_event(seq, T, event), plain))
    for push in PUSHES:
        rows.append(("server", codec.encode_push(push), ["push", codec.tag_of(type(push)), _payload(push)]))
    return [{"from": sender, "hex": data.hex(), "frame": frame} for sender, data, frame in rows]


def text() -> str:
    """What the file must say: one frame per line."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, default=_binary) for row in frames())
    return f"[\n{lines}\n]\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
