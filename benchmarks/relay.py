"""CPU per forwarded packet: one publisher to 15 subscribers, against a bare loop of SRTP protect and sendto.

    python -m benchmarks.relay [--packets N] [--rounds N] [--json FILE]

Saturated, the relay is held against that bare loop. Paced (as a camera sends: a frame's packets, then nothing), every
wake-up costs the same again, so it is held against the same bare loop woken at the same pace. `in place` is, for
information, the bare loop with libsrtp called in a buffer of our own, as the relay calls it. Floors and relay
alternate, and medians are compared, so that a busy machine burdens all of them alike.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from statistics import median

import uvloop
from pylibsrtp import Policy

from benchmarks.rig import PROFILE, Sinks, floor_cost, relay_cost, session, woken_floor_cost
from benchmarks.table import Figure, conclude
from classroom.media.pyrelay.srtp import BUFFER, C_BUFFER, C_LENGTH, OUTPUT, SrtpSession, protect
from classroom.media.relay import SrtpKeys

TARGET = 1.6
TITLE = "CPU per forwarded packet, 1,100 bytes, 1 in, 15 out, AES-128-GCM"
SUBSCRIBERS = 15
SATURATED = (32, 6000.0)
"""Packets at once, and packets per second, into the relay."""
PACED = (4, 1000.0)


def in_place() -> Callable[[bytes], bytes]:
    """`Session.protect`, as the relay does it."""
    srtp = SrtpSession(SrtpKeys(PROFILE, os.urandom(28), os.urandom(28)))

    def protect_in_place(packet: bytes) -> bytes:
        size = len(packet)
        BUFFER[:size] = packet
        C_LENGTH[0] = size
        if protect(srtp.context, C_BUFFER, C_LENGTH):
            raise RuntimeError("libsrtp refused a packet")
        protected: bytes = OUTPUT[0 : C_LENGTH[0]]
        return protected

    return protect_in_place


def run(size: int, packets: int, rounds: int) -> dict[str, float]:
    """Microseconds of CPU per packet sent, and the relay's in proportion to the floors'."""
    sinks = Sinks(SUBSCRIBERS)
    costs: dict[str, list[float]] = {
        name: [] for name in ("floor", "floor_in_place", "saturated", "floor_paced", "paced")
    }
    try:
        for _ in range(rounds):
            public = session(os.urandom(28), Policy.SSRC_ANY_OUTBOUND).protect
            costs["floor"].append(floor_cost(public, sinks.addresses, size, packets))
            costs["saturated"].append(uvloop.run(relay_cost(sinks, size, packets, *SATURATED)))
            costs["floor_in_place"].append(floor_cost(in_place(), sinks.addresses, size, packets))
            costs["floor_paced"].append(uvloop.run(woken_floor_cost(sinks, size, packets // 4, *PACED)))
            costs["paced"].append(uvloop.run(relay_cost(sinks, size, packets // 4, *PACED)))
    finally:
        sinks.close()
    result = {f"{name}_us": median(values) * 1e6 for name, values in costs.items()}
    result["saturated_ratio"] = result["saturated_us"] / result["floor_us"]
    result["paced_ratio"] = result["paced_us"] / result["floor_paced_us"]
    return result


def measure(size: int = 1100, packets: int = 12_000, rounds: int = 5) -> list[Figure]:
    result = run(size, packets, rounds)
    return [
        Figure("protect and sendto alone", result["floor_us"], "us"),
        Figure("the same with libsrtp in place", result["floor_in_place_us"], "us"),
        Figure("relay, saturated", result["saturated_us"], "us"),
        Figure("relay, saturated, to the bare loop", result["saturated_ratio"], "x", TARGET),
        Figure("protect and sendto alone, woken at a camera's pace", result["floor_paced_us"], "us"),
        Figure("relay, at that pace", result["paced_us"], "us"),
        Figure("relay, at that pace, to the bare loop", result["paced_ratio"], "x", TARGET),
    ]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--size", type=int, default=1100, help="bytes of an RTP packet")
    parser.add_argument("--packets", type=int, default=12_000, help="packets into the relay, per round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args(arguments)
    return conclude(TITLE, measure(options.size, options.packets, options.rounds), options.json)


if __name__ == "__main__":
    raise SystemExit(main())
