"""What bandwidth estimation costs: a room of 16, with subscribers who measure their paths and with such who do not.

    python -m benchmarks.estimator [--seconds N] [--json FILE]

Sixteen people send three layers of video, four of them speak, everybody sees fifteen pictures at the middle layer: some 15,000
packets/s out, as in the load test. Time is simulated, SRTP and `sendto` are real. Timed is the CPU of all that the relay does:
with estimation that includes numbering, reading feedback (its SRTCP too), estimating, sharing out and probing. Feedback comes
every 100 ms from each subscriber, as from Chromium. Both rooms take turns, step by
step, so that a busy machine burdens them alike.
"""

from __future__ import annotations

import argparse
import os
import socket
import struct
import time
from pathlib import Path

from pylibsrtp import Policy

from benchmarks.rig import PROFILE, RTX, VP8, Sinks, session
from benchmarks.table import Figure, conclude
from classroom.media.downlinks import Downlinks
from classroom.media.model import (
    Codec,
    Extensions,
    Layer,
    PeerId,
    PeerMedia,
    Publication,
    Route,
    Slot,
    Source,
    SubscriberPlan,
)
from classroom.media.pyrelay import PyRelay
from classroom.media.relay import Address, SrtpKeys
from loadtest.arrivals import ArrivalRecorder, transport_number
from loadtest.sdp import TRANSPORT_CC

TARGET = 0.10
TITLE = "CPU per packet sent, 16 people"
PEOPLE, VOICES = 16, 4
STEP_S, TICK_S, FEEDBACK_S = 0.005, 0.02, 0.1
FRAME_S, SPEECH_S = 0.04, 0.02
LAYER_PACKETS: dict[Layer, int] = {"l": 1, "m": 2, "h": 4}
OPUS = Codec(111, "opus", 48_000, 2)
KEYFRAME_EVERY = 10
WARM_UP_S = 2.0
"""Until every path is found wide enough for everything."""
TRAVEL_NS = 30_000_000


class Person:
    def __init__(self, index: int, estimating: bool) -> None:
        self.index = index
        self.id = PeerId("room", f"p{index}")
        self.up, down = os.urandom(28), os.urandom(28)
        self.keys = SrtpKeys(PROFILE, self.up, down)
        self._session = session(self.up, Policy.SSRC_ANY_OUTBOUND)
        self._sequences: dict[int, int] = {}
        self.recorder = ArrivalRecorder()
        slots = [
            Slot(f"v{n}", f"v{n}", "video", 10_000 * (index + 1) + n, 20_000 * (index + 1) + n, (VP8, RTX), measured=estimating)
            for n in range(PEOPLE - 1)
        ] + [
            Slot(f"a{n}", f"a{n}", "audio", 30_000 * (index + 1) + n, 0, (OPUS,), measured=estimating)
            for n in range(VOICES)
        ]  # fmt: skip
        self.media = PeerMedia(
            (
                Source("0", "microphone", (OPUS,), (), (self.ssrc(0),)),
                Source("1", "camera", (VP8, RTX), ("h", "m", "l")),
            ),
            tuple(slots),
            Extensions(mid=1, rid=2, transport_cc=TRANSPORT_CC),
            downlink="transport-cc" if estimating else "",
        )

    def ssrc(self, stream: int) -> int:
        return 1_000_000 + 100 * self.index + stream

    def _packet(self, payload_type: int, stream: int, rtp_ts: int, elements: bytes, payload: bytes) -> bytes:
        sequence = self._sequences[stream] = self._sequences.get(stream, 0) + 1
        extension = elements + bytes(-len(elements) % 4)
        header = struct.pack(
            ">BBHII", 0x90, payload_type, sequence & 0xFFFF, rtp_ts & 0xFFFFFFFF, self.ssrc(stream)
        )
        packet = header + struct.pack(">HH", 0xBEDE, len(extension) // 4) + extension + payload
        protected: bytes = self._session.protect(packet)
        return protected

    def frame(self, number: int) -> list[bytes]:
        """A frame in three layers."""
        packets = []
        for stream, (layer, count) in enumerate(LAYER_PACKETS.items(), start=1):
            identity = b"\x101" + b"\x20" + layer.encode()
            for index in range(count):
                descriptor = struct.pack(
                    ">BBHBB",
                    0x90 if index == 0 else 0x80,
                    0xE0,
                    0x8000 | number & 0x7FFF,
                    number & 0xFF,
                    0x20,
                )
                payload = descriptor + bytes([0 if number % KEYFRAME_EVERY == 0 else 1]) + bytes(900)
                packets.append(self._packet(96, stream, number * 3600, identity, payload))
        return packets

    def speech(self, number: int) -> bytes:
        return self._packet(111, 0, number * 960, b"\x100", bytes(80))

    def feedback(self) -> bytes | None:
        compound = self.recorder.feedback(self.ssrc(0), self.media.slots[0].ssrc)
        return None if compound is None else self._session.protect_rtcp(compound)


class Classroom:
    def __init__(self, sinks: Sinks, estimating: bool) -> None:
        self._out: list[tuple[Address, bytes]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self.relay = PyRelay(self._send)
        self.downlinks = Downlinks(self.relay)
        self.people = [Person(index, estimating) for index in range(PEOPLE)]
        self._by_address = dict(zip(sinks.addresses, self.people, strict=True))
        self.cpu_s = 0.0
        self.sent = 0
        now = 0.0
        for person, address in zip(self.people, sinks.addresses, strict=True):
            self.relay.add_peer(person.id, person.media, now)
            self.relay.set_address(person.id, address)
            self.relay.set_keys(person.id, person.keys, now)
            self.relay.set_enabled(person.id, frozenset({"microphone", "camera"}))
        for person in self.people:
            others = [other for other in self.people if other is not person]
            routes = tuple(
                Route(f"v{n}", Publication(other.id.participant_id, "camera"), "m")
                for n, other in enumerate(others)
            )
            routes += tuple(
                Route(f"a{n}", Publication(other.id.participant_id, "microphone"))
                for n, other in enumerate(others[:VOICES])
            )
            plan = SubscriberPlan(routes, tuple(f"v{n}" for n in range(len(others))), frozenset({"v0"}))
            self.downlinks.set_plan(person.id, person.media, routes, plan, now)
            self.relay.set_routes(person.id, routes, now)

    def _send(self, datagram: bytes, address: Address) -> None:
        self._out.append((address, datagram))
        try:
            self._socket.sendto(datagram, address)
        except OSError:
            pass  # a sink is full: that cost as much

    def step(self, number: int) -> None:
        """The next 5 ms of the lesson."""
        now = number * STEP_S
        arriving = [pair for person in self.people for pair in self._due(person, number)]
        before = time.process_time()
        for peer, datagram in arriving:
            self.relay.receive(peer, datagram, now)
        if number % round(TICK_S / STEP_S) == 0:
            self.relay.tick(now)
            self.downlinks.tick(now)
        self.cpu_s += time.process_time() - before
        self._arrive(now)

    def _due(self, person: Person, step: int) -> list[tuple[PeerId, bytes]]:
        """What this person sends now; everybody a little later than the one before."""
        due: list[tuple[PeerId, bytes]] = []
        frame, speech, feedback = (round(each / STEP_S) for each in (FRAME_S, SPEECH_S, FEEDBACK_S))
        if (step - person.index) % frame == 0 and step >= person.index:
            due += [(person.id, packet) for packet in person.frame((step - person.index) // frame)]
        if person.index < VOICES + 1 and step % speech == 0:
            due.append((person.id, person.speech(step // speech)))
        if (step - person.index) % feedback == 0:
            compound = person.feedback()
            if compound is not None:
                due.append((person.id, compound))
        return due

    def _arrive(self, now: float) -> None:
        arrived_ns = int(now * 1e9) + TRAVEL_NS
        for address, datagram in self._out:
            if not 64 <= datagram[1] & 0x7F < 96:
                self.sent += 1
                number = transport_number(datagram)
                if number is not None:
                    self._by_address[address].recorder.add(number, arrived_ns)
        self._out.clear()

    def close(self) -> None:
        self._socket.close()


def run(seconds: float) -> tuple[Classroom, Classroom]:
    """A room where nobody measures, and one where everybody does, step by step in turns."""
    sinks = Sinks(PEOPLE)
    rooms = Classroom(sinks, False), Classroom(sinks, True)
    try:
        warm = round(WARM_UP_S / STEP_S)
        for number in range(warm + round(seconds / STEP_S)):
            for room in rooms:
                if number == warm:
                    room.cpu_s, room.sent = 0.0, 0
                room.step(number)
    finally:
        for room in rooms:
            room.close()
        sinks.close()
    return rooms


def measure(seconds: float = 20.0) -> list[Figure]:
    without, measured = run(seconds)
    without_us, with_us = (room.cpu_s / room.sent * 1e6 for room in (without, measured))
    return [
        Figure("relay, nobody measures", without_us, "us"),
        Figure("relay, everybody measures", with_us, "us"),
        Figure("estimation's share", 100 * (1 - without_us / with_us), "%", 100 * TARGET),
    ]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=20.0, help="of a lesson")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args(arguments)
    return conclude(TITLE, measure(options.seconds), options.json)


if __name__ == "__main__":
    raise SystemExit(main())
