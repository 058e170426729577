"""Every message of the session itself: opening, resuming, heartbeats and media negotiation.

The wire has two vocabularies, each declared once where it belongs: this module has the session's and the
media's; the room's commands and events are declared in `rooms/` and reach the wire through the registry that
`classroom.wire` composes. `signaling.codec` says how frames look; docs/protocol.md is the contract in prose.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

PROTOCOL_VERSION = 1

PublicationKind = Literal["microphone", "camera", "screen", "screen_audio"]
Layer = Literal["h", "m", "l"]
Rating = Literal["excellent", "good", "poor", "lost"]
QualityReason = Literal[
    "network_lost",
    "uplink_loss",
    "downlink_loss",
    "high_delay",
    "uplink_limited",
    "downlink_limited",
    "video_paused",
]
MediaPath = Literal["none", "ok", "interrupted", "lost"]
PictureState = Literal["ok", "paused", "lost"]
MediaWay = Literal["udp", "tcp", "turn_udp", "turn_tcp", "turn_tls"]
"""How media travel: to the server directly, or by a TURN server that is reached over UDP, TCP or TLS."""
PauseReason = Literal["network"]
"""network: the viewer's connection carries no more. The picture comes back by itself."""
ShortText = Annotated[str, msgspec.Meta(max_length=120)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every session message."""


class Request(Message, tag_field="type", forbid_unknown_fields=True, frozen=True):
    """Base of what a client sends."""


class Push(Message, tag_field="type", frozen=True):
    """Base of what a server sends unasked."""


# --- client to server ---------------------------------------------------------------------------------------


class Resume(Message, forbid_unknown_fields=True, frozen=True):
    """Take up a session whose socket was lost: what `Welcome` gave, and the last `seq` applied."""

    session_id: Id
    secret: Annotated[str, msgspec.Meta(min_length=16, max_length=128)]
    epoch: Id
    seq: Annotated[int, msgspec.Meta(ge=0)]


SDP_BYTES: Final = 60_000
PackedSdp = Annotated[bytes, msgspec.Meta(min_length=1, max_length=16 * 1024)]
"""SDP as zlib packs it (RFC 1950), to a tenth: see `signaling.packing`."""
Sources = Annotated[
    dict[Annotated[str, msgspec.Meta(max_length=32)], PublicationKind], msgspec.Meta(max_length=8)
]


class EarlyOffer(Message, forbid_unknown_fields=True, frozen=True):
    """What `Offer` says, two round trips sooner: the answer comes in the welcome. Of a connection never answered before."""

    sdp: PackedSdp
    sources: Sources
    spare: bool = False
    """The client still has a connection of the session that it resumes: to be answered only if that is gone, because
    the session is a fresh one or of another `epoch`."""


class Hello(Request, tag="hello", frozen=True):
    """First message on every socket. Without `resume`, or when resuming is refused, a fresh session opens on
    the seat.

    `name`, `seat`: for group invitations only (a link shared by many). `seat` is a random value that this
    browser made and keeps, so that the same browser gets the same seat again.
    """

    protocol: int
    token: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)] | None = None
    seat: Annotated[str, msgspec.Meta(min_length=16, max_length=64)] | None = None
    resume: Resume | None = None
    offer: EarlyOffer | None = None
    client: ShortText = ""
    """Name and version of the client, for the operators' logs."""


class Pong(Request, tag="pong", frozen=True):
    """Answers `ping`, repeating its `sent_at_ms`."""

    sent_at_ms: int


class GetSnapshot(Request, tag="snapshot.get", frozen=True):
    """Asks for a fresh snapshot (after a gap in `seq`). Reply: `Resync`."""


class Offer(Request, tag="media.offer", frozen=True):
    """An SDP offer: the first, a re-offer, or an ICE restart. Reply: `Answer`.

    `sources` names the m-lines that the client sends on: mid to kind. Every recvonly m-line becomes a slot,
    audio and video each in their order.
    """

    sdp: Annotated[str, msgspec.Meta(min_length=1, max_length=SDP_BYTES)]
    sources: Sources


class GetIceServers(Request, tag="media.servers", frozen=True):
    """Asks for ICE servers with fresh credentials: those of `Welcome` are good for starting to use for ten minutes only, and
    an ICE restart starts anew. Reply: `IceServers`."""


class Tile(Message, forbid_unknown_fields=True, frozen=True):
    """One picture on the viewer's screen and how large it is drawn, in device pixels. 0 x 0: wanted, not
    visible."""

    participant_id: Id
    kind: PublicationKind
    width: Annotated[int, msgspec.Meta(ge=0, le=16384)]
    height: Annotated[int, msgspec.Meta(ge=0, le=16384)]


class View(Request, tag="media.view", frozen=True):
    """What this screen shows, all of it, most important first. Until the first `View` the server assumes
    everybody."""

    tiles: Annotated[tuple[Tile, ...], msgspec.Meta(max_length=64)]
    only: bool = False
    """No picture that is not named here is wanted: not even of somebody who has just come in."""


class SourceReport(Message, forbid_unknown_fields=True, frozen=True):
    """One slot's reception since the last report, from `getStats()`."""

    slot: Annotated[str, msgspec.Meta(max_length=8)]
    packets_received: Annotated[int, msgspec.Meta(ge=0)]
    packets_lost: int
    jitter_ms: Annotated[float, msgspec.Meta(ge=0)]
    frames_decoded: Annotated[int, msgspec.Meta(ge=0)] = 0
    freeze_ms: Annotated[float, msgspec.Meta(ge=0)] = 0
    concealed: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    """Audio: the share of what was played that was made up, silence left out (`concealedSamples`)."""


class Report(Request, tag="media.report", frozen=True):
    """What the client measures, every 5 s, for the people who watch the rooms."""

    round_trip_ms: Annotated[float, msgspec.Meta(ge=0)]
    slots: Annotated[tuple[SourceReport, ...], msgspec.Meta(max_length=64)] = ()
    way: MediaWay | None = None
    """Of the candidate pair in use."""


class Handover(Request, tag="media.handover", frozen=True):
    """This client carries its media over when the room goes to another node in order (`MediaSetup.handover`): from `RoomMoved`
    on it keeps this socket and its media connection until it has new ones. To be said once in each welcome's session."""

    arrived: bool = False
    """After `RoomMoved`: its media are connected at the new node."""


ReactionName = Literal["applause", "thumbs_up", "heart", "laugh", "surprise", "celebrate"]


class React(Request, tag="reaction.send", frozen=True):
    """Shown for a moment to everybody in the same place."""

    reaction: ReactionName


SessionRequest = Hello | Pong | GetSnapshot | Offer | GetIceServers | View | Report | React | Handover

# --- server to client ---------------------------------------------------------------------------------------


class MediaSetup(Message, frozen=True):
    """What a client needs before it makes its offer."""

    audio_slots: int
    video_slots: int
    ice_servers: tuple[IceServer, ...] = ()
    handover: bool = False
    """Media go on here for a while when the room goes to another node, for clients that ask for it (`Handover`)."""


class IceServer(Message, frozen=True):
    """As in the W3C's RTCIceServer."""

    urls: tuple[str, ...]
    username: str | None = None
    credential: str | None = None


class Limits(Message, frozen=True):
    """What a client may send; more is refused."""

    frame_bytes: int
    chat_chars: int
    requests_per_s: float
    """On average; short bursts of 100 are taken."""
    unanswered_requests: int
    """The most requests that may wait for their reply at one time."""


class Welcome(Message, frozen=True):
    """The reply to `hello`. `snapshot` is None when the session was resumed: the missed events follow."""

    protocol: int
    session_id: str
    secret: str
    participant_id: str
    role: str
    epoch: str
    resumed: bool
    seq: int
    """The room's `seq` now."""
    heartbeat_s: float
    """The server pings this often; a client that hears nothing for 2.5 times as long reconnects."""
    server_time_ms: int
    limits: Limits
    media: MediaSetup
    snapshot: object | None = None
    """A `rooms.model.Snapshot`; opaque here, because signaling never imports rooms. Resumed and a snapshot:
    the missed events are no longer kept, replace everything by it."""
    answer: bytes | None = None
    """The answer's SDP to the hello's offer, packed as that. None: there was none, it was a spare that is not needed, or it
    was refused (say it again by `media.offer` to hear why)."""


class Done(Message, frozen=True):
    """The reply to every request that has no reply of its own."""

    seq: int
    """The event with this `seq` is the last one that the request made (0: it made none). The reply and the
    events may arrive in either order."""


class Resync(Message, frozen=True):
    """The reply to `snapshot.get`."""

    epoch: str
    snapshot: object


class Answer(Message, frozen=True):
    """The reply to `media.offer`."""

    sdp: str


class IceServers(Message, frozen=True):
    """The reply to `media.servers`; empty when there are none."""

    ice_servers: tuple[IceServer, ...]


class Ping(Push, tag="ping", frozen=True):
    sent_at_ms: int


class Published(Message, frozen=True):
    """What is in a slot."""

    participant_id: str
    kind: PublicationKind
    layer: Layer | None = None
    paused: PauseReason | None = None
    """Why nothing of it is sent, although it is published; sound goes on."""


class Slots(Push, tag="media.slots", frozen=True):
    """Who is in which slot, whole, whenever it changes. Index i is the slot `a{i}` or `v{i}`; None: empty."""

    audio: tuple[Published | None, ...]
    video: tuple[Published | None, ...]


class Speaking(Push, tag="media.speaking", frozen=True):
    """Who is heard to speak now, loudest first: those whom the viewer may hear; for staff, in the whole room."""

    participant_ids: tuple[str, ...]


class LastHeard(Push, tag="people.heard", frozen=True):
    """To staff alone: when each person was last heard from, by voice or in the chat, to the minute. Whoever is not named was
    not heard from since `listening_since_ms`."""

    listening_since_ms: int
    heard_at_ms: dict[str, int]


class MediaState(Push, tag="media.state", frozen=True):
    """Where the viewer's own media connection stands, as the server sees it."""

    connected: bool


class Wanted(Push, tag="media.wanted", frozen=True):
    """Which layers of the viewer's own pictures anybody takes, by kind; whole, whenever it changes. None of them: send
    nothing of it. A kind that is not named: send everything. A screen has one layer, `h`."""

    layers: dict[PublicationKind, tuple[Layer, ...]]


class DirectionQuality(Message, frozen=True):
    """How well media do one way. `mos`: mean opinion score, 1 to 5 (ITU-T G.107 annex B); `reasons`: what keeps it from
    being better, the most telling first."""

    rating: Rating
    mos: float
    reasons: tuple[QualityReason, ...]


class Quality(Push, tag="media.quality", frozen=True):
    """How the viewer's own media do, as the server sees it; None: there is no connection yet."""

    sending: DirectionQuality | None
    receiving: DirectionQuality | None


class PersonQuality(Message, frozen=True):
    """What others may know of somebody's media. None: not known, or nothing to tell (microphone or camera off)."""

    participant_id: str
    path: MediaPath
    """none: no media connection. interrupted: nothing arrives of their media, though their WebSocket lives.
    lost: nothing arrives at all."""
    hears: bool | None
    """The sound of others reaches them."""
    heard: bool | None
    """Their sound reaches the server."""
    sees: PictureState | None
    """The pictures that they want reach them; paused: their network carries none now."""
    video: PictureState | None
    """Their camera reaches the server; paused: they send none now."""
    sending: DirectionQuality | None = None
    """For staff alone, as `receiving`."""
    receiving: DirectionQuality | None = None


class People(Push, tag="media.people", frozen=True):
    """How the media of everybody in the room do, whole, the viewer's too."""

    people: tuple[PersonQuality, ...]


class Reacted(Push, tag="reaction.shown", frozen=True):
    """Somebody in the viewer's place reacts. A moment, no state: never pushed again."""

    participant_id: str
    reaction: ReactionName


class MediaRestart(Push, tag="media.restart", frozen=True):
    """Those who run the server ask the client for an ICE restart: perhaps its media find a better way."""


class RoomMoved(Push, tag="room.moved", frozen=True):
    """The room has gone to another node, to those who asked for a `Handover`: open another socket, at once, and resume there;
    this one carries `media.slots` of the old media connection, and nothing else, until everybody has arrived."""

    media_ms: int
    """For so long at most; then this node closes the socket (`moved`) and ends the media."""


class OpsMessage(Push, tag="ops.message", frozen=True):
    """To staff alone: those who run the server have something to say to whoever teaches. A moment, no state."""

    id: str
    text: str
    at_ms: int


class LobbyWaiting(Push, tag="lobby.waiting", frozen=True):
    """Instead of an answer to `hello`, for now: a trainer is asked to let this person in. The reply to `hello` comes when one
    has decided. Until then the server pings, and the client sends nothing but pongs."""

    since_at_ms: int
    sent_at_ms: int
    """The server's time now: how long one has waited is told right also where the browser's clock is wrong."""


SessionPush = (
    LobbyWaiting | Ping | Reacted | Slots | Speaking | LastHeard | MediaState | MediaRestart | Wanted | Quality | People
    | OpsMessage | RoomMoved
)  # fmt: skip


class ErrorBody(Message, frozen=True):
    code: str
    detail: str = ""
    """For developers, in English; interfaces show their own words for `code`."""
