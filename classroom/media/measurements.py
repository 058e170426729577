"""What a person's media did since the last look: two readings of the relay's counters, and what their client reports.

Turns counters into the windows that `quality` scores, and into the plain facts that others may read: whether somebody is
heard, hears, sees, and is seen. Sans-I/O: `now` is monotonic seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from classroom.media.model import LAYERS, Layer, PublicationKind
from classroom.media.quality import (
    OPUS_LOSS_WEIGHT,
    RED_LOSS_WEIGHT,
    VIDEO_LOSS_WEIGHT,
    StreamLoss,
    Window,
)
from classroom.media.relay import PeerStats, SlotStats
from signaling.messages import MediaWay, PictureState, Report

NOTHING_S: Final = 4.0
"""A microphone that is on and of which nothing came for so long is not heard. Opus DTX sends every 400 ms."""
HEARING_S: Final = 12.0
"""Browsers report on sound every 5 s (RFC 3550's interval for it): two reports may be lost."""
REPORT_FRESH_S: Final = 8.0
"""The client's own report comes every 5 s."""
LIMITED_S: Final = 8.0
"""Fewer layers than wanted are a limit only when that lasts: browsers and estimators start low and work their way up."""
PAUSED_S: Final = 3.0
"""A picture that was just turned on, or waits for a key frame, is not paused."""
UNINTELLIGIBLE: Final = 0.5
"""Share of lost sound from which nothing is understood, whatever is done about it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture routed to somebody. `best`: the highest layer up to the one wanted that its publisher sends now; None: it is
    one plain stream. Pictures of which nothing is sent are not listed: they are nobody's path's fault."""

    slot: str
    best: Layer | None


@dataclass(frozen=True, slots=True)
class Situation:
    """What should flow, by the room and the plan."""

    enabled: frozenset[PublicationKind] = frozenset()
    """What the person has switched on."""
    camera_wanted: Layer | None = None
    """The highest layer of their camera that anybody is to get; None: nobody is."""
    pictures: tuple[Picture, ...] = ()
    """That they are to get."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One look. `hears`, `heard`, `sees`, `video`: see `signaling.messages.PersonQuality`."""

    sending: Window
    receiving: Window
    hears: bool | None
    heard: bool | None
    sees: PictureState | None
    video: PictureState | None


def flowing_layers(stats: PeerStats, kind: PublicationKind) -> frozenset[Layer | None]:
    """The layers of a publication that arrive now; (None,): one plain stream."""
    return frozenset(stream.layer for stream in stats.received if stream.kind == kind and stream.bitrate_bps)


def best_layer(flowing: Iterable[Layer | None], wanted: Layer) -> Layer | None:
    """What a subscriber on a perfect path would get of these; None: a plain stream."""
    heights = sorted(LAYERS.index(layer) for layer in flowing if layer is not None)
    if not heights:
        return None
    below = [height for height in heights if height <= LAYERS.index(wanted)]
    return LAYERS[below[-1] if below else heights[0]]


@dataclass(slots=True)
class _Counters:
    """Of one stream at the last look."""

    packets: int = 0
    lost: int = 0
    repaired: int = 0


@dataclass(slots=True)
class Measurements:
    """One person's. `measure` is called every few seconds with the same peer's counters."""

    report_at: float = -REPORT_FRESH_S
    _report: Report | None = None
    _looked_at: float | None = None
    _streams: dict[tuple[PublicationKind, Layer | None], _Counters] = field(default_factory=dict)
    _slots: dict[str, SlotStats] = field(default_factory=dict)
    _voice_at: float | None = None
    """When the microphone last arrived, or was last found off: from then on it has NOTHING_S to arrive."""
    _heard: bool | None = None
    _hearing_at: float | None = None
    _since: dict[str, float] = field(default_factory=dict)
    """Since when something is missed without a break."""
    _deaf_s: float = 0.0
    """For how long sound was sent without a sign that it arrives."""
    first_sound_at: float | None = None
    """When the first sound went either way; None: none has yet."""

    @property
    def way(self) -> MediaWay | None:
        """How media travel, by the client's last report."""
        return None if self._report is None else self._report.way

    def reported(self, report: Report, now: float) -> None:
        """The client told what it receives."""
        self._report, self.report_at = report, now
        if any(slot.slot.startswith("a") and slot.packets_received for slot in report.slots):
            self._hears_something(now)

    def measure(self, stats: PeerStats, situation: Situation, now: float) -> Measured:
        """What happened since the last call."""
        elapsed_s = 0.0 if self._looked_at is None else now - self._looked_at
        self._looked_at = now
        if self.first_sound_at is None:
            self.first_sound_at = _first_sound(stats)
        report = self._report if now - self.report_at < REPORT_FRESH_S else None
        round_trip_ms = stats.round_trip_ms
        if round_trip_ms is None and report is not None:
            round_trip_ms = report.round_trip_ms
        sending = self._sending(stats, situation, now, round_trip_ms)
        receiving = self._receiving(stats.sent, situation, elapsed_s, now, report, round_trip_ms)
        if self._deaf_s >= HEARING_S:
            receiving = Window(arriving=False)
        pictures = len(situation.pictures)
        return Measured(
            sending=sending,
            receiving=receiving,
            hears=self._hears(receiving, now),
            heard=self._heard,
            sees=None if not pictures else "paused" if receiving.paused == 1 else "ok",
            video=_video(stats, situation, sending),
        )

    # --- what comes from the person -------------------------------------------------------------------------

    def _sending(
        self, stats: PeerStats, situation: Situation, now: float, round_trip_ms: float | None
    ) -> Window:
        losses = []
        jitter_ms = 0.0
        voice = 0
        before, self._streams = self._streams, {}
        for stream in stats.received:
            key = (stream.kind, stream.layer)
            known = before.get(key, _Counters())
            if stream.packets < known.packets:  # another stream in its place, which counts from nothing
                known = _Counters()
            self._streams[key] = _Counters(stream.packets, stream.lost, stream.repaired)
            arrived = stream.packets - known.packets + stream.repaired - known.repaired
            lost = max(0, stream.lost - known.lost)
            if stream.kind == "microphone":
                voice += arrived
                jitter_ms = stream.jitter_ms
            if stream.kind in situation.enabled and stream.wanted:
                losses.append(StreamLoss(_weight(stream.codec), arrived + lost, lost))
        speaking = "microphone" in situation.enabled
        self._hear(voice, speaking, losses, now)
        camera = flowing_layers(stats, "camera")
        wanted = situation.camera_wanted if "camera" in situation.enabled else None
        heights = [LAYERS.index(layer) for layer in camera if layer is not None]
        return Window(
            arriving=self._heard is not False or voice > 0,
            losses=tuple(losses),
            round_trip_ms=round_trip_ms,
            jitter_ms=jitter_ms if speaking else 0.0,
            layers_missed=self._lasting(
                "layers sent",
                max(0, LAYERS.index(wanted) - max(heights)) if wanted and heights else 0,
                LIMITED_S,
                now,
            ),
            paused=self._lasting("picture sent", 1.0 if wanted and not camera else 0.0, PAUSED_S, now),
        )

    def _lasting(self, what: str, missed: float, patience_s: float, now: float) -> float:
        """`missed` once something has been missed for so long; 0 until then."""
        if not missed:
            self._since.pop(what, None)
            return 0.0
        return missed if now - self._since.setdefault(what, now) >= patience_s else 0.0

    def _hear(self, voice: int, speaking: bool, losses: Sequence[StreamLoss], now: float) -> None:
        if not speaking:
            self._voice_at, self._heard = now, None
            return
        if voice:
            self._voice_at = now
            self._heard = not _unintelligible(losses)
        elif self._voice_at is None:
            self._voice_at = now
        elif now - self._voice_at >= NOTHING_S:
            self._heard = False

    # --- what goes to the person ----------------------------------------------------------------------------

    def _receiving(
        self,
        slots: Sequence[SlotStats],
        situation: Situation,
        elapsed_s: float,
        now: float,
        report: Report | None,
        round_trip_ms: float | None,
    ) -> Window:
        concealed = _concealed(report)
        losses = []
        jitter_ms = 0.0
        sound_sent = sound_came = False
        before, self._slots = self._slots, {slot.slot: slot for slot in slots}
        for slot in slots:
            known = before.get(slot.slot)
            if known is None or slot.packets < known.packets:
                continue  # nothing to compare it with
            loss = _path_loss(known, slot, concealed.get(slot.slot))
            if loss.expected:
                losses.append(loss)
            if slot.media == "audio":
                sound_sent = sound_sent or slot.packets > known.packets
                sound_came = sound_came or loss.expected > loss.lost
                if slot.flowing:
                    jitter_ms = max(jitter_ms, slot.jitter_ms)
        if sound_came:
            self._hears_something(now)
        elif sound_sent:
            self._deaf_s += elapsed_s
        missed, paused = _pictures(situation.pictures, {slot.slot: slot for slot in slots})
        return Window(
            losses=tuple(losses),
            round_trip_ms=round_trip_ms,
            jitter_ms=jitter_ms,
            layers_missed=self._lasting("layers received", missed, LIMITED_S, now),
            paused=self._lasting("pictures received", paused, PAUSED_S, now),
        )

    def _hears_something(self, now: float) -> None:
        self._hearing_at = now
        self._deaf_s = 0.0

    def _hears(self, receiving: Window, now: float) -> bool | None:
        if not receiving.arriving or _unintelligible(receiving.losses):
            return False
        if self._hearing_at is not None and now - self._hearing_at < HEARING_S:
            return True
        return None


def _first_sound(stats: PeerStats) -> float | None:
    """When the first packet of sound came from the person, or went to them: whichever was sooner."""
    times = [stream.began_at for stream in stats.received if stream.kind == "microphone"]
    times += [slot.began_at for slot in stats.sent if slot.media == "audio"]
    return min((at for at in times if at is not None), default=None)


def _video(stats: PeerStats, situation: Situation, sending: Window) -> PictureState | None:
    if "camera" not in situation.enabled:
        return None
    if flowing_layers(stats, "camera"):
        return "ok"
    return "paused" if sending.paused else None


def _weight(codec: str) -> float:
    if codec == "red":
        return RED_LOSS_WEIGHT
    return OPUS_LOSS_WEIGHT if codec == "opus" else VIDEO_LOSS_WEIGHT


def _unintelligible(losses: Iterable[StreamLoss]) -> bool:
    return any(loss.weight != VIDEO_LOSS_WEIGHT and loss.share >= UNINTELLIGIBLE for loss in losses)


def _concealed(report: Report | None) -> dict[str, float]:
    """What the person really missed of each sound, after every repair, 0 to 1; empty if their client does not tell."""
    slots = report.slots if report is not None else ()
    return {slot.slot: slot.concealed for slot in slots if slot.concealed is not None}


def _path_loss(before: SlotStats, now: SlotStats, concealed: float | None) -> StreamLoss:
    """What was lost between the relay and the person, by the reports that came between two looks, and never repaired."""
    if not before.reported_highest or now.reported_highest <= before.reported_highest:
        return StreamLoss(_weight(now.codec), 0, 0)
    numbers = now.reported_highest - before.reported_highest
    # Somebody else's bad way to the relay is no loss on this one.
    sent = min(numbers, now.reported_packets - before.reported_packets)
    lost = min(sent, max(0, now.reported_lost - before.reported_lost - (numbers - sent)))
    if now.media == "video":
        # What was sent again was lost as often as the rest; what then came repaired the picture.
        repaired = (now.retransmitted - before.retransmitted) * (1 - lost / (sent or 1))
        return StreamLoss(VIDEO_LOSS_WEIGHT, sent, max(0, lost - repaired))
    if concealed is not None:
        # Redundancy and late arrivals have been at work; no more was lost here than was lost here.
        return StreamLoss(OPUS_LOSS_WEIGHT, sent, min(lost, concealed * sent))
    return StreamLoss(_weight(now.codec), sent, lost)


def _pictures(pictures: Sequence[Picture], slots: Mapping[str, SlotStats]) -> tuple[float, float]:
    """Layers missed on average, and the share that is paused."""
    missed = paused = 0
    for picture in pictures:
        slot = slots.get(picture.slot)
        if slot is None or not slot.flowing:
            paused += 1
        elif picture.best is not None and slot.layer is not None:
            missed += max(0, LAYERS.index(picture.best) - LAYERS.index(slot.layer))
    count = len(pictures) or 1
    return missed / count, paused / count
