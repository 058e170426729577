"""Probes: short bursts above the present rate that prove (or not) that more fits (libwebrtc's probe controller).

The estimator asks; whoever sends pads with retransmissions or padding-only packets of the repair stream, marks them with the
cluster's id, and the feedback on them is read here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from classroom.media.bandwidth.feedback import TICK_S

CLUSTER_S = 0.015
"""Duration of a burst."""
MINIMUM_PACKETS = 5
MAX_WAIT_S = 1.0
"""A cluster whose feedback is not complete by then is given up."""
MIN_RECEIVED = 0.8
LEAST_RECEIVED = 3
LOSS_MARGIN = 1.5
"""Few packets lose more than their share by chance."""
UNSATURATED = 0.95
MAX_RATIO = 2.0
MIN_PACKET_BYTES = 200
STEPS = (1.2, 1.5, 2.0)
"""How far beyond the estimate a probe goes: further after each one that succeeds, so that a freed path is found quickly."""
PAUSE_S, MAX_PAUSE_S = 1.0, 4.0
AFTER_SUCCESS_S = 0.3


@dataclass(frozen=True, slots=True)
class Probe:
    """What is to be sent: `packets` or more, `size_bytes` or more in all, at `rate_bps`."""

    cluster: int
    rate_bps: float
    packets: int
    size_bytes: int

    def spacing_s(self, packets: int) -> float:
        """Time between two packets when the burst goes out in so many, all of the same size."""
        return self.size_bytes * 8 / self.rate_bps / packets


@dataclass(slots=True)
class _Cluster:
    probe: Probe
    started: float
    came: list[tuple[float, float, int]] = field(default_factory=list)
    """(sent, arrival, bytes)."""
    came_bytes: int = 0


class ProbeController:
    """When to probe: only while more is wanted than estimated, and never far beyond what is wanted. Exponential at the start
    (3× and 6×, on while they succeed), then at 120 % and more, each failure doubling the pause."""

    def __init__(self, start_bps: float, ceiling_bps: float) -> None:
        self._pending = [min(3 * start_bps, ceiling_bps), min(6 * start_bps, ceiling_bps)]
        self._ceiling_bps = ceiling_bps
        self._next_cluster = 0
        self._next_at = 0.0
        self._pause_s = PAUSE_S
        self._step = 0
        self._open: dict[int, _Cluster] = {}

    def poll(self, estimate_bps: float, wanted_bps: float, queue_grows: bool, now: float) -> Probe | None:
        """The next probe if one is due. `wanted_bps`: what the allocator would use if it could."""
        if self._open:
            for cluster in [c for c in self._open.values() if now - c.started > MAX_WAIT_S]:
                del self._open[cluster.probe.cluster]
                self._failed(now)
        if self._open or wanted_bps <= estimate_bps * 1.02:
            return None
        while self._pending:
            rate_bps = min(self._pending.pop(0), wanted_bps * 1.05)
            if rate_bps > estimate_bps:
                return self._start(rate_bps, now)
        if queue_grows or now < self._next_at:
            return None
        return self._start(min(STEPS[self._step] * estimate_bps, wanted_bps * 1.05), now)

    def _start(self, rate_bps: float, now: float) -> Probe:
        rate_bps = min(rate_bps, self._ceiling_bps)
        size = max(int(rate_bps * CLUSTER_S / 8), MINIMUM_PACKETS * MIN_PACKET_BYTES)
        probe = Probe(self._next_cluster, rate_bps, MINIMUM_PACKETS, size)
        self._open[probe.cluster] = _Cluster(probe, now)
        self._next_cluster += 1
        return probe

    @property
    def waiting(self) -> bool:
        """Whether feedback on a probe is awaited."""
        return bool(self._open)

    def pause(self, now: float) -> None:
        """A queue has just run empty: the path is not to be filled again at once."""
        self._pending.clear()
        self._step = 0
        self._next_at = max(self._next_at, now + PAUSE_S)

    def arrived(self, cluster: int, sent: float, arrival: float, size_bytes: int) -> None:
        """Feedback on one packet of a probe."""
        found = self._open.get(cluster)
        if found is not None:
            found.came.append((sent, arrival, size_bytes))
            found.came_bytes += size_bytes

    def proven(self, now: float, inherent_loss: float = 0.0) -> float | None:
        """The rate that a probe has proved, as soon as enough of it came. `inherent_loss`: what the path loses in any case."""
        enough = MIN_RECEIVED * (1 - LOSS_MARGIN * inherent_loss)
        for found in list(self._open.values()):
            probe = found.probe
            if (
                len(found.came) < max(LEAST_RECEIVED, enough * probe.packets)
                or found.came_bytes < enough * probe.size_bytes
            ):
                continue
            del self._open[probe.cluster]
            rate = self._rate(found)
            if rate is not None and rate > 0.9 * probe.rate_bps:
                self._pause_s = PAUSE_S
                self._step = min(self._step + 1, len(STEPS) - 1)
                self._next_at = now + AFTER_SUCCESS_S
            else:
                self._failed(now)
            return rate
        return None

    @staticmethod
    def _rate(cluster: _Cluster) -> float | None:
        """Throughput of the burst: what left without the last packet, over what came without the first."""
        by_sent = sorted(cluster.came)
        by_arrival = sorted(cluster.came, key=lambda packet: packet[1])
        total = cluster.came_bytes
        sent_s = by_sent[-1][0] - by_sent[0][0]
        arrival_s = by_arrival[-1][1] - by_arrival[0][1]
        if arrival_s > 1:
            return None
        arrival_s = max(arrival_s, TICK_S)
        received_bps = (total - by_arrival[0][2]) * 8 / arrival_s
        # A burst handed to the kernel at once has no send duration: the probe's own rate stands for it.
        sent_bps = (total - by_sent[-1][2]) * 8 / sent_s if sent_s > 0 else cluster.probe.rate_bps
        sent_bps = min(sent_bps, cluster.probe.rate_bps)
        if received_bps > MAX_RATIO * sent_bps:
            received_bps = sent_bps
        if received_bps < 0.9 * sent_bps:
            return UNSATURATED * received_bps
        return min(sent_bps, received_bps)

    def _failed(self, now: float) -> None:
        self._pending.clear()
        self._step = 0
        self._next_at = now + self._pause_s
        self._pause_s = min(self._pause_s * 2, MAX_PAUSE_S)
