"""A publication: the streams (layers) in which one source arrives, and the slots that want it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from classroom.media.model import LAYERS, Codec, Layer, PublicationKey, Source, media_type
from classroom.media.pyrelay.cache import CachedPacket
from classroom.media.pyrelay.limits import RelayLimits
from classroom.media.pyrelay.rewriter import Position
from classroom.media.pyrelay.slot import SlotState
from classroom.media.pyrelay.speakers import SpeakerMeter
from classroom.media.pyrelay.stream import Stream

if TYPE_CHECKING:
    from classroom.media.pyrelay.peer import Peer

MAX_REPLAY_AGE_S = 1.0
"""An older key frame is no picture of now."""


def choose_layer(flowing: Iterable[Layer], ceiling: Layer) -> Layer | None:
    """The highest layer that flows up to `ceiling`, else the lowest above it."""
    heights = sorted(LAYERS.index(layer) for layer in flowing)
    limit = LAYERS.index(ceiling)
    below = [height for height in heights if height <= limit]
    if below:
        return LAYERS[below[-1]]
    return LAYERS[heights[0]] if heights else None


def higher(stream: Stream, other: Stream) -> bool:
    """Whether one layer is above another."""
    if stream.layer is None or other.layer is None:
        return False
    return LAYERS.index(stream.layer) > LAYERS.index(other.layer)


class PublicationState:
    """`source` is None until the peer has negotiated it: slots may want it before."""

    __slots__ = ("_limits", "enabled", "key", "meter", "owner", "slots", "source", "streams", "video")

    def __init__(self, owner: Peer, key: PublicationKey, limits: RelayLimits) -> None:
        self.owner = owner
        self.key = key
        self.video = media_type(key.kind) == "video"
        self._limits = limits
        self.source: Source | None = None
        self.enabled = False
        self.streams: dict[Layer | None, Stream] = {}
        self.slots: list[SlotState] = []
        self.meter = SpeakerMeter()

    @property
    def codecs(self) -> tuple[Codec, ...]:
        return () if self.source is None else self.source.codecs

    def choose(self, ceiling: Layer, now: float) -> Stream | None:
        """The stream for a slot; None while nothing flows."""
        flowing = {layer: stream for layer, stream in self.streams.items() if stream.flows(now)}
        layer = choose_layer((layer for layer in flowing if layer is not None), ceiling)
        return flowing.get(layer) or flowing.get(None)

    def set_enabled(self, enabled: bool, now: float) -> None:
        self.enabled = enabled
        for stream in self.streams.values():
            stream.set_enabled(enabled)
        if not enabled:
            for slot in self.slots:
                self.withdraw(slot)
        self.review(now)

    def add_stream(self, stream: Stream, now: float) -> None:
        """A layer appears; one that carried it before (with another SSRC) is gone."""
        old = self.streams.get(stream.layer)
        if old is not None:
            self.remove_stream(old)
        stream.set_enabled(self.enabled)
        self.streams[stream.layer] = stream
        self.review(now)

    def remove_stream(self, stream: Stream) -> None:
        if self.streams.get(stream.layer) is stream:
            del self.streams[stream.layer]
        for slot in self.slots:
            if slot.stream is stream:
                slot.stop()
        stream.waiting.clear()

    def subscribe(self, slot: SlotState) -> None:
        slot.publication = self
        self.slots.append(slot)

    def unsubscribe(self, slot: SlotState) -> None:
        """The slot receives nothing of this publication any more, not even what is still missing."""
        self.withdraw(slot)
        self.slots.remove(slot)
        slot.publication = None

    def withdraw(self, slot: SlotState) -> None:
        """The slot falls silent at once, but goes on wanting the publication."""
        slot.stop()
        slot.forget()
        self._unwait(slot)

    def _unwait(self, slot: SlotState) -> None:
        for stream in self.streams.values():
            if slot in stream.waiting:
                stream.waiting.remove(slot)
                if not stream.waiting:
                    stream.keyframes.arrived()

    def review(self, now: float) -> None:
        """Chooses anew for every slot."""
        for slot in self.slots:
            self.aim(slot, now)

    def aim(self, slot: SlotState, now: float) -> None:
        """Brings the right layer to a slot: what flows goes on until the other one's key frame."""
        if not self.enabled or slot.route is None or not slot.peer.ready:
            return
        if slot.paused:
            if slot.stream is not None:
                slot.stop()
            slot.forget()  # it will begin anew with a key frame: nobody needs what was lost before
            self._unwait(slot)
            return
        target = self.choose(slot.ceiling, now)
        if (
            target is not None
            and slot.stream is not None
            and slot.peer.overloaded
            and higher(slot.stream, target)
        ):
            slot.stop()  # each moment until the lower layer's key frame would lengthen the queue
        if target is None or target is slot.stream or not slot.carries(target):
            self._unwait(slot)
            if slot.stream is not None and slot.changing:
                slot.stream.changing.setdefault(slot, now)
            return
        if slot in target.waiting:
            return
        self._unwait(slot)
        if self.video and slot.stream is None and self._start_from_cache(slot, target, now):
            return
        target.waiting.append(slot)
        if self.video:
            target.keyframes.request()

    def keyframe_wanted(self, slot: SlotState) -> None:
        """The subscriber lost the picture."""
        if slot.stream is not None and self.video:
            slot.stream.keyframes.request()

    def thin(self, stream: Stream, packet: CachedPacket, now: float) -> None:
        """Gives the slots that wait for it more or less of a stream's temporal layers from `packet` on, before it is sent.
        Fewer from any frame of the base layer; more where a frame refers to that layer only (RFC 7741 section 4.2, "Y"), or
        to none; where no such frame comes for long (the encoder never says so), a key frame is asked for."""
        if packet.dense != stream.dense:
            return
        stream.changing = {
            slot: since for slot, since in stream.changing.items() if slot.changing and not slot.thin(packet)
        }
        for slot, since in stream.changing.items():
            if not slot.thinned and now - since > self._limits.layer_sync_s:
                stream.keyframes.request()

    def admit(self, stream: Stream, packet: CachedPacket, now: float) -> None:
        """Lets the waiting slots in at `packet`, and sends it to them: any packet of audio, a key frame's first of video."""
        newest = packet.dense == stream.dense
        if stream.video:
            if packet.dense != stream.keyframe_dense:
                return
        elif not newest:
            return
        waiting, stream.waiting = stream.waiting, []
        for slot in waiting:
            if newest:
                if slot.start(stream, stream.position) and slot.mapping is not None:
                    # RFC 3551 section 4.1: the marker tells the first packet of a talkspurt.
                    first = packet if stream.video else replace(packet, marker=True)
                    slot.send(first, slot.mapping, now, repair=False)
            elif not self._start_from_cache(slot, stream, now):
                # The key frame's first packet came so late that it is no use any more.
                stream.waiting.append(slot)
                stream.keyframes.request()

    def _start_from_cache(self, slot: SlotState, stream: Stream, now: float) -> bool:
        """Replays what followed the last key frame, if that is little, new, and whole: what was lost while nobody wanted
        the layer was never asked for."""
        first = stream.cache.get(stream.keyframe_dense)
        if (
            first is None
            or first.descriptor is None
            or stream.dense - first.dense >= self._limits.instant_start_packets
            or now - stream.keyframe_at > MAX_REPLAY_AGE_S
            or not stream.whole_from(first.dense)
        ):
            return False
        cached = (stream.cache.get(dense) for dense in range(first.dense, stream.dense + 1))
        replay = [packet for packet in cached if packet is not None]
        downlink = slot.peer.downlink
        if downlink is not None and sum(len(packet.payload) for packet in replay) > downlink.start_bytes:
            return False
        age_ticks = (stream.rtp_ts - first.rtp_ts) & 0xFFFFFFFF
        descriptor = first.descriptor
        position = Position(
            first.dense,
            first.rtp_ts,
            stream.rtp_ts_at - age_ticks / stream.clock_rate,
            descriptor.picture_id,
            descriptor.tl0picidx,
            descriptor.keyidx,
            first.above,
            stream.base.picture(descriptor.tl0picidx) if descriptor.tl0picidx >= 0 else -1,
        )
        if not slot.start(stream, position) or slot.mapping is None:
            return False
        for packet in replay:
            slot.send(packet, slot.mapping, now, repair=False)
        return True
