"""CPU per forwarded packet: one publisher to 15 subscribers, against a bare loop of SRTP protect and sendto.

    python -m benchmarks.relay [--packets N] [--rounds N] [--json FILE]

Saturated, the relay is held against that bare loop. Paced (as a camera sends: a frame's packets, then nothing), every
wake-up costs the same again, so it is held against the same bare loop woken at the same pace. `in place` is, for
information, the bare loop with libsrtp called in a buffer of our own, as the relay calls it. Floors and relay
alternate, and medians are compared, so that a busy machine burdens all of them alike.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from statistics import median

import uvloop
from pylibsrtp import Policy

from benchmarks.rig import PROFILE, Sinks, floor_cost, relay_cost, session, woken_floor_cost
from classroom.media.pyrelay.srtp import BUFFER, C_BUFFER, C_LENGTH, OUTPUT, SrtpSession, protect
from classroom.media.relay import SrtpKeys

TARGET = 1.6
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


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--size", type=int, default=1100, help="bytes of an RTP packet")
    parser.add_argument("--packets", type=int, default=12_000, help="packets into the relay, per round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args(arguments)
    result = run(options.size, options.packets, options.rounds)
    print(f"CPU per forwarded packet, {options.size} bytes, 1 in, {SUBSCRIBERS} out, AES-128-GCM (µs)")
    print(
        f"  protect + sendto                {result['floor_us']:6.2f}   (in place {result['floor_in_place_us']:.2f})"
    )
    print(
        f"  relay, saturated                {result['saturated_us']:6.2f}   {result['saturated_ratio']:.2f} x"
    )
    print(f"  protect + sendto, woken at pace {result['floor_paced_us']:6.2f}")
    print(f"  relay, at that pace             {result['paced_us']:6.2f}   {result['paced_ratio']:.2f} x")
    worst = max(result["saturated_ratio"], result["paced_ratio"])
    print(f"  target: at most {TARGET} x: {'met' if worst <= TARGET else 'missed'}")
    print(json.dumps({key: round(value, 3) for key, value in result.items()}))
    if options.json is not None:
        options.json.write_text(json.dumps(result, indent=2))
    return 0 if worst <= TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
