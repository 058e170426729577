"""`python -m tests.network.timeline`: what goes over a path while somebody joins, from the WebSocket's first packet to the
first sound, with the time of each step in round trips. Shows what a slow path costs, and which steps wait for each other.

The packets are seen where they enter the path, so what the server sends reaches the client half a round trip later. The
first arrival of sound is the end. Needs root for network namespaces; --browser a Chromium.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from struct import unpack_from

from playwright.sync_api import sync_playwright

from tests.network.browser import chromium
from tests.network.impairment import Impairment
from tests.network.namespaces import UDP, TwoHosts
from tests.network.scene import scene

TCP = 6
SYN, ACK, PSH = 0x02, 0x10, 0x08
HANDSHAKES = {
    1: "ClientHello",
    2: "ServerHello",
    11: "Certificate",
    12: "ServerKeyExchange",
    13: "CertificateRequest",
    14: "ServerHelloDone",
    15: "CertificateVerify",
    16: "ClientKeyExchange",
}
"""RFC 5246 section 7.4."""
RECORD_BYTES = 13
USE_CANDIDATE = b"\x00\x25\x00\x00"


@dataclass(frozen=True, slots=True)
class Seen:
    at_s: float
    upwards: bool
    flow: tuple[int, ...]
    what: str
    size: int


class Tap:
    """Reads along on the path (`TwoHosts.passes`)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: list[Seen] = []

    def __call__(self, packet: bytes) -> bool:
        seen = look(packet, time.monotonic())
        if seen is not None:
            with self._lock:
                self._seen.append(seen)
        return True

    def clear(self) -> None:
        with self._lock:
            self._seen.clear()

    def joining(self, delay_s: float) -> list[Seen]:
        """From the newest WebSocket's first packet to the first sound's arrival; empty until both were seen."""
        with self._lock:
            seen = list(self._seen)
        sockets = [each for each in seen if each.what.startswith("GET /ws")]
        if not sockets:
            return []
        flow = sockets[-1].flow
        began = next(each.at_s for each in seen if each.flow == flow)
        end = next(
            (each.at_s for each in seen if each.at_s > began and each.what == "SRTP" and not each.upwards),
            None,
        )
        if end is None:
            return []
        chosen = [each for each in seen if began <= each.at_s <= end + delay_s]
        return [each for each in chosen if each.flow == flow or len(each.flow) == 3]


def look(packet: bytes, now: float) -> Seen | None:
    """What an IPv4 packet is; None: of no interest."""
    if packet[0] >> 4 != 4 or packet[9] not in (TCP, UDP):
        return None
    upwards = packet[12:16] == bytes(map(int, TwoHosts.CLIENT.split(".")))
    header = (packet[0] & 15) * 4
    source, target = unpack_from("!HH", packet, header)
    ports = (source, target) if upwards else (target, source)
    if packet[9] == UDP:
        return Seen(now, upwards, (*ports, UDP), _datagram(packet[header + 8 :]), len(packet))
    flags = packet[header + 13]
    payload = packet[header + (packet[header + 12] >> 4) * 4 :]
    if flags & SYN:
        return Seen(now, upwards, ports, "SYN, ACK" if flags & ACK else "SYN", len(packet))
    if not payload:
        return None
    line = payload[:40].split(b"\r\n")[0]
    text = line.decode("ascii", "replace") if line[:4] in (b"GET ", b"HTTP", b"POST") else "WebSocket"
    return Seen(now, upwards, ports, text.removesuffix(" HTTP/1.1"), len(packet))


def _datagram(data: bytes) -> str:
    first = data[0]
    if first < 4:
        kind = {0x0001: "check", 0x0101: "check succeeds"}.get(int.from_bytes(data[:2], "big"), "STUN")
        return kind + (", nominates" if USE_CANDIDATE in data else "")
    if 19 < first < 64:
        return "DTLS " + ", ".join(_records(data))
    return "SRTCP" if 191 < data[1] < 224 else "SRTP"


def _records(data: bytes) -> list[str]:
    names = []
    at = 0
    while at + RECORD_BYTES < len(data):
        kind, epoch = data[at], int.from_bytes(data[at + 3 : at + 5], "big")
        if kind == 22:
            names.append("Finished" if epoch else HANDSHAKES.get(data[at + RECORD_BYTES], "handshake"))
        elif kind != 20:  # ChangeCipherSpec goes with what follows
            names.append({21: "alert"}.get(kind, "record"))
        at += RECORD_BYTES + int.from_bytes(data[at + 11 : at + 13], "big")
    return names


def show(seen: list[Seen], round_trip_s: float) -> None:
    """One line for each run of the same kind of packets; times in milliseconds and in round trips."""
    began = seen[0].at_s
    last: tuple[bool, str] | None = None
    rows: list[tuple[Seen, int, int]] = []
    for each in seen:
        if (each.upwards, each.what) == last and each.at_s - rows[-1][0].at_s < round_trip_s / 4:
            first, packets, size = rows[-1]
            rows[-1] = (first, packets + 1, size + each.size)
        else:
            rows.append((each, 1, each.size))
        last = (each.upwards, each.what)
    for each, packets, size in rows:
        after = each.at_s - began
        many = f" x {packets}" if packets > 1 else ""
        arrow = "-->" if each.upwards else "<--"
        print(f"{after * 1000:8.0f} ms {after / round_trip_s:6.2f}  {arrow} {each.what}{many} ({size} B)")
    sound = next(each.at_s for each in seen if each.what == "SRTP" and not each.upwards)
    after = sound - began + round_trip_s / 2
    print(f"{after * 1000:8.0f} ms {after / round_trip_s:6.2f}  first sound is there", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.network.timeline", description=__doc__)
    parser.add_argument("--round-trip", type=float, default=300, help="milliseconds")
    parser.add_argument("--loss", type=float, default=0.0, help="share of packets lost, each way")
    parser.add_argument(
        "--browser", action="store_true", help="a Chromium instead of a synthetic participant"
    )
    arguments = parser.parse_args()
    round_trip_s = arguments.round_trip / 1000
    path = Impairment(loss=arguments.loss, delay_s=round_trip_s / 2)
    tap = Tap()
    with (
        tempfile.TemporaryDirectory(prefix="classroom-timeline-") as name,
        scene(Path(name), up=path, down=path) as made,
    ):
        made.synthetic("server", "Nadia").joined()
        made.hosts.passes = tap
        if arguments.browser:
            with sync_playwright() as playwright, chromium(made, playwright, "client", "Karim", 1):
                _wait(tap, round_trip_s)
        else:
            karim = made.synthetic("client", "Karim")
            karim.joined()
            tap.clear()
            karim.rejoin()
            _wait(tap, round_trip_s)


def _wait(tap: Tap, round_trip_s: float) -> None:
    while not (seen := tap.joining(round_trip_s / 2)):
        time.sleep(0.1)
    show(seen, round_trip_s)


if __name__ == "__main__":
    main()
