"""Two hosts on one machine and a poor path between them, for tests that need a real network stack and a real browser.

Each host is a network namespace with a TUN device; a thread carries the packets between the two devices and does to them what
`Impairment` says. It stands in for netem, which many kernels (and containers) come without, and it is seeded, so that a run
can be repeated. Needs root, or CAP_NET_ADMIN and CAP_SYS_ADMIN.
"""

from __future__ import annotations

import fcntl
import heapq
import itertools
import os
import selectors
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType

from tests.network.impairment import Direction, Impairment
from tests.network.translation import Ports

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
MTU = 1500
UDP = 17
"""The protocol number in an IPv4 header."""


def no_udp(packet: bytes) -> bool:
    """A firewall that lets no UDP pass."""
    return packet[0] >> 4 == 4 and packet[9] != UDP


CLEAN = Impairment()


def available() -> bool:
    """Whether this machine lets us make namespaces and TUN devices."""
    if os.geteuid() != 0 or not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        return False
    name = f"mc-probe-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode == 0
    if made:
        subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return made


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)


def _tun(name: str) -> int:
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return descriptor


_COUNT = itertools.count()


class TwoHosts:
    """`server` and `client`; `down` impairs what the client receives, `up` what it sends. `passes`: whether an IP packet
    gets through at all; the rest vanishes, as in most firewalls.

    Use as a context manager; run programs with `command("client", [...])`.
    """

    SERVER, CLIENT = "10.77.0.1", "10.77.0.2"

    def __init__(
        self,
        *,
        up: Impairment = CLEAN,
        down: Impairment = CLEAN,
        seed: int = 1,
        passes: Callable[[bytes], bool] = lambda packet: True,
    ) -> None:
        self.passes = passes
        self.up, self.down = Direction(up, seed), Direction(down, seed + 1)
        # Interface names have 15 characters at most.
        self._tag = f"{os.getpid() % 100_000}-{next(_COUNT)}"
        self._names = {"server": f"mc-s-{self._tag}", "client": f"mc-c-{self._tag}"}
        self._descriptors: dict[str, int] = {}
        self._ports = Ports(0)
        self._stop_read, self._stop_write = os.pipe()
        self._thread = threading.Thread(target=self._carry, name="lossy-link", daemon=True)

    def rebind(self) -> None:
        """From now on the client's UDP packets come from other ports, as after a restart of its address translator (NAT).
        What is sent to the old ones reaches nobody."""
        self._ports = Ports(self._ports.generation + 1)

    def command(self, host: str, arguments: Sequence[str]) -> list[str]:
        """The command line that runs `arguments` on that host."""
        return ["ip", "netns", "exec", self._names[host], *arguments]

    def __enter__(self) -> TwoHosts:
        addresses = {"server": (self.SERVER, self.CLIENT), "client": (self.CLIENT, self.SERVER)}
        for host, (own, peer) in addresses.items():
            namespace, device = self._names[host], f"mc{host[0]}{self._tag}"
            _ip("netns", "add", namespace)
            # The descriptor stays attached when the device moves into the namespace.
            self._descriptors[host] = _tun(device)
            _ip("link", "set", device, "netns", namespace)
            _ip("-n", namespace, "addr", "add", own, "peer", peer, "dev", device)
            _ip("-n", namespace, "link", "set", device, "mtu", str(MTU), "txqueuelen", "5000", "up")
            _ip("-n", namespace, "link", "set", "lo", "up")
            # Browsers pick the interface of the default route for their candidates.
            _ip("-n", namespace, "route", "add", "default", "via", peer)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.write(self._stop_write, b"x")
        if self._thread.is_alive():
            self._thread.join(5)
        for descriptor in (*self._descriptors.values(), self._stop_read, self._stop_write):
            os.close(descriptor)
        for namespace in self._names.values():
            subprocess.run(["ip", "netns", "del", namespace], capture_output=True, check=False)

    def _carry(self) -> None:
        selector = selectors.DefaultSelector()
        selector.register(self._stop_read, selectors.EVENT_READ)
        ways = {
            self._descriptors["server"]: (self.down, self._descriptors["client"]),
            self._descriptors["client"]: (self.up, self._descriptors["server"]),
        }
        for descriptor in ways:
            selector.register(descriptor, selectors.EVENT_READ)
        order = itertools.count()
        flying: list[tuple[float, int, int, bytes]] = []
        while True:
            timeout = max(0.0, flying[0][0] - time.monotonic()) if flying else None
            for key, _ in selector.select(timeout):
                if key.fd == self._stop_read:
                    selector.close()
                    return
                direction, other = ways[key.fd]
                for _ in range(64):
                    try:
                        packet = os.read(key.fd, MTU + 64)
                    except BlockingIOError:
                        break
                    translated = (
                        self._ports.outward(packet) if direction is self.up else self._ports.inward(packet)
                    )
                    if translated is None:
                        continue
                    packet = translated
                    if not self.passes(packet):
                        continue
                    for at in direction.send(len(packet), time.monotonic()):
                        heapq.heappush(flying, (at, next(order), other, packet))
            now = time.monotonic()
            while flying and flying[0][0] <= now:
                _, _, other, packet = heapq.heappop(flying)
                try:
                    os.write(other, packet)
                except OSError:
                    pass  # the device's queue is full or the host is gone: lost, as on any network
