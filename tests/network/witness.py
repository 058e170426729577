"""What a synthetic listener makes of the packets that reached it: sound and pictures as a decoder would have them. Sans-I/O.

Every frame of speech carries its publisher's stamp (loadtest.stamp), also inside RED, so that it is known exactly which frames
came and when, by whatever repair. Pictures are put together as a decoder must: in order, complete, from a key frame on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import quantiles
from struct import unpack

from loadtest.packetize import red_frames, vp8_is_keyframe_start
from loadtest.sdp import RED
from loadtest.stamp import read_stamp

FRAME_S = 0.02
AUDIO_PATIENCE_S = 0.2
"""A jitter buffer that waits this much longer than the quickest packet takes would still play the frame."""
ADAPTIVE_START_S = 0.04
"""What an adaptive jitter buffer (as browsers have) waits for at first, on top of the quickest packet."""
CATCH_UP = 0.15
"""It plays so much faster while it waits for longer than it must."""
VIDEO_PATIENCE_S = 0.15
"""The same for pictures, on top of a round trip for their repair."""


@dataclass
class Ear:
    """One voice, by publisher's count of frames: when it was sent and when it first came (Unix nanoseconds)."""

    since_ns: int = 0
    """What was sent before is not counted: a repair of it that still comes would make all that came in time look lost."""
    heard: dict[int, tuple[int, int]] = field(default_factory=dict)

    def packet(self, payload_type: int, payload: bytes, arrived_ns: int) -> None:
        for frame in red_frames(payload) if payload_type == RED else [payload]:
            stamp = read_stamp(frame)
            if stamp is not None and stamp.sent_ns >= self.since_ns:
                self.heard.setdefault(stamp.sequence, (stamp.sent_ns, arrived_ns))

    def report(self, round_trip_s: float = 0.0) -> dict[str, float]:
        """`lost`: frames that never came; `late`: or too late to be played; `concealed`: share of the time that an adaptive
        buffer would make up; `longest_gap_s`: without any new frame."""
        if len(self.heard) < 2:
            return {
                "frames": len(self.heard),
                "lost": 1.0,
                "late": 1.0,
                "concealed": 1.0,
                "longest_gap_s": 0.0,
                "delay_ms": 0.0,
            }
        # The first and last frames are left out: redundancy reaches beyond the edges, and repairs are still on their way.
        first, last = min(self.heard) + 3, max(self.heard) - 3 - round(2 * round_trip_s / FRAME_S)
        count = max(1, last - first + 1)
        inside = {number: times for number, times in self.heard.items() if first <= number <= last}
        delays = [(arrived - sent) / 1e9 for sent, arrived in inside.values()] or [0.0]
        base = min(delays)
        in_time = sum(delay <= base + AUDIO_PATIENCE_S for delay in delays)
        arrivals = sorted(arrived for _, arrived in inside.values())
        gaps = [(after - before) / 1e9 for before, after in pairwise(arrivals)]
        return {
            "frames": count,
            "lost": 1 - len(inside) / count,
            "late": 1 - in_time / count,
            "concealed": concealed_s([_delay_s(inside.get(n)) for n in range(first, last + 1)])
            / (count * FRAME_S),
            "longest_gap_s": max(gaps, default=0.0),
            "delay_ms": 1000 * _p95(delays),
        }


@dataclass(frozen=True, slots=True)
class VideoPacket:
    number: int
    """Extended sequence number."""
    rtp_ts: int
    keyframe: bool
    last: bool
    """Marker: ends its frame."""
    arrived_s: float


@dataclass
class Eye:
    """One slot's pictures."""

    packets: dict[int, VideoPacket] = field(default_factory=dict)
    _highest: int = -1

    def packet(self, header: bytes, payload: bytes, arrived_ns: int) -> None:
        sequence, rtp_ts = unpack("!HI", header[2:8])
        if self._highest < 0:
            self._highest = sequence + 0x10000
        delta = (sequence - self._highest) & 0xFFFF
        number = self._highest + (delta if delta < 0x8000 else delta - 0x10000)
        self._highest = max(self._highest, number)
        self.packets.setdefault(
            number,
            VideoPacket(
                number, rtp_ts, vp8_is_keyframe_start(payload), bool(header[1] & 0x80), arrived_ns / 1e9
            ),
        )

    def report(self, start_s: float, end_s: float, round_trip_s: float) -> dict[str, float]:
        """Of the time from `start_s` to `end_s` (Unix seconds). `freeze_ratio`: share of it that a picture stood still, by the
        W3C's rule (webrtc-stats, freezeCount), behind a playout delay of a round trip and VIDEO_PATIENCE_S."""
        times = playout(decoded(self.packets.values()), round_trip_s + VIDEO_PATIENCE_S, start_s)
        inside = [at for at in times if start_s <= at <= end_s]
        frozen = freezes([start_s, *inside, end_s] if inside else [start_s, end_s])
        span = max(end_s - start_s, 0.001)
        received = [p for p in self.packets.values() if start_s <= p.arrived_s <= end_s]
        return {
            "fps": len(inside) / span,
            "freezes": len(frozen),
            "freeze_ratio": min(1.0, sum(frozen) / span),
            "packets": len(received),
        }


def _delay_s(times: tuple[int, int] | None) -> float | None:
    return None if times is None else (times[1] - times[0]) / 1e9


def concealed_s(delays: Sequence[float | None]) -> float:
    """How much sound a buffer makes up that waits for what is late, and catches up afterwards. `delays`: of every frame in its
    order; None: it never came."""
    came = [delay for delay in delays if delay is not None]
    if not came:
        return len(delays) * FRAME_S
    least = min(came) + ADAPTIVE_START_S
    waits, made_up = least, 0.0
    for delay in delays:
        if delay is None:
            made_up += FRAME_S
        elif delay > waits:
            made_up += delay - waits
            waits = delay
        else:
            waits = max(least, delay, waits - CATCH_UP * FRAME_S)
    return made_up


def decoded(packets: Iterable[VideoPacket]) -> list[tuple[float, int]]:
    """(when it could be decoded, timestamp) of every frame that could be."""
    frames: list[tuple[float, int]] = []
    ready = 0.0
    broken, open_frame = True, False
    keyframe, expected = False, -1
    for packet in sorted(packets, key=lambda each: each.number):
        if packet.number != expected:
            broken, open_frame = True, False
        if packet.keyframe and not open_frame:
            broken, keyframe = False, True
        open_frame = True
        expected = packet.number + 1
        if not broken:
            # A decoder that has waited for a lost packet has everything after it waiting too; a key frame starts anew.
            ready = packet.arrived_s if keyframe and packet.keyframe else max(ready, packet.arrived_s)
        if packet.last:
            if not broken:
                frames.append((ready, packet.rtp_ts))
            open_frame = keyframe = False
    return frames


def playout(
    frames: Sequence[tuple[float, int]], delay_s: float, since_s: float = float("-inf")
) -> list[float]:
    """When each frame is shown: `delay_s` after the quickest one that came from `since_s` on (before, the path may have been a
    shorter one), or as soon as it is there."""
    if not frames:
        return []
    first_ts = frames[0][1]
    clock = [((rtp_ts - first_ts + 0x80000000) % 0x100000000 - 0x80000000) / 90_000 for _, rtp_ts in frames]
    early = [(ready, ready - at) for (ready, _), at in zip(frames, clock, strict=True)]
    offset = min([delay for ready, delay in early if ready >= since_s] or [delay for _, delay in early])
    shown: list[float] = []
    for (ready, _), at in zip(frames, clock, strict=True):
        shown.append(max(ready, offset + at + delay_s, shown[-1] if shown else 0.0))
    return shown


def freezes(times: Sequence[float]) -> list[float]:
    """Lengths of the intervals that count as freezes: beyond max(3 x average, average + 150 ms) of the last 30."""
    found: list[float] = []
    recent: list[float] = []
    for before, after in pairwise(times):
        length = after - before
        average = sum(recent) / len(recent) if recent else 0.04
        if length > max(3 * average, average + 0.15):
            found.append(length)
        recent = [*recent, length][-30:]
    return found


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1] if len(values) > 1 else values[0]
