"""Draining a queue that is already there.

The rate control alone stops a queue from growing; one second of it, left by a path that shrank tenfold, would then take many
seconds to drain at 85 % of the new rate, and all that time speech comes a second late. So while packets take far longer than
they once did, less is sent than the path carries (libwebrtc's congestion-window pushback has the same purpose).

Beyond `STOP_S` nothing goes but what nobody may take away (sound), until the queue is gone: whatever joined it would stand
before the next word. And what came while it ran empty is what the path carries: no more than that is sent next.

Measured is the way there only: feedback that comes late, from a busy browser or over a full uplink, is no queue on that way.
Nor is a way that became longer, from Wi-Fi to a mobile network: its delay jumps and then stays where it is, though as much is
sent as before. A queue would go on growing, or shrink.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import sub

STOP_S, RESUME_S = 0.15, 0.04
"""From the one to the other all that can wait is stopped."""
WATCHED_QUEUE_S = 0.02
"""A path that carries all that is wanted is only watched while its queue is shorter; less than `RESUME_S`."""
STOP_AT_MOST_S = 3.0
"""A queue that stands for longer, though hardly anything is sent, is somebody else's, or none: another route."""
TOLERATED_S = 0.1
FULL_S = 0.3
"""At this queue only `LEAST` of the target goes out."""
LEAST = 0.1
LEAST_DRAIN_S = 0.05
"""Of queue and of time."""
FORGET_PER_S = 0.1
"""The baseline rises towards a delay that stays long without growing: the route changed, it is no queue. Clocks drift, too."""
JUMP_S = 0.03
"""From one feedback to the next."""
FLAT_S, FLAT_FOR_S = 0.012, 0.15
"""How little the delay moves after a jump, and for how long, where the way became longer."""
FLAT_RATE = 0.5
"""Of what was sent before the jump, at least so much is: less might just keep a queue where it is."""


COMING_PACKETS, COMING_S = 3, 0.02
"""Fewer packets, or in less time, say nothing of the rate at which they come."""
ONE_STEP = 0.6
"""A queue grows by every packet. Where more than this share of what a delay grew by came at once, it jumped."""
GROWN_S = 0.05
"""With such a queue before the newest packet it is time to reckon what is under way: that joins it, whatever is done."""
EMPTY_FOR_S, FLAT_EMPTY_FOR_S = 0.2, 0.5
"""A queue that drained and then stays where it is, though hardly anything is sent, is empty: the way is longer, too. So is one
that was never seen to drain, after a longer look: what is sent would have to be just what the path carries."""


class _Level:
    """A delay that has not moved since."""

    __slots__ = ("bits", "highest_s", "left_at", "lowest_s")

    def __init__(self, left_at: float, delay_s: float) -> None:
        self.left_at = left_at
        self.lowest_s = self.highest_s = delay_s
        self.bits = 0

    def add(self, delay_s: float, size_bytes: int) -> bool:
        """Whether it is still where it was."""
        self.lowest_s, self.highest_s = min(self.lowest_s, delay_s), max(self.highest_s, delay_s)
        self.bits += size_bytes * 8
        return self.highest_s - self.lowest_s <= FLAT_S


class Pushback:
    def __init__(self) -> None:
        self._baseline_s: float | None = None
        self._updated_at = 0.0
        self._delay_s = 0.0
        self._jump: _Level | None = None
        self._bottom: _Level | None = None
        """While all is stopped: where the delay has fallen to."""
        self._peak_s = 0.0
        self.stopped = False
        self._stopped_at: float | None = None
        """Kept until the queue is gone, also where the stop ended before."""

    @property
    def doubtful(self) -> bool:
        """The delay has just jumped: a queue, or a longer way? The next feedbacks tell."""
        return self._jump is not None

    def queue_s(self, delay_s: float) -> float:
        """The part of such a delay that is a queue's, as far as is known."""
        return 0.0 if self._baseline_s is None else max(0.0, delay_s - self._baseline_s)

    def update(self, delay_s: float, now: float, coming_s: float = 0.0) -> float:
        """Takes how long the newest packet took, up to a constant; returns the share (0..1) of the target that may go.
        `coming_s`: how long a queue awaits a packet that is sent now, if that is known to be more."""
        queue_s = delay_s - self._follow(delay_s, now)
        if max(queue_s, coming_s) < RESUME_S:
            self.stopped, self._stopped_at, self._bottom = False, None, None
        elif self._stopped_at is None:
            if max(queue_s, coming_s) > STOP_S:
                self.stopped, self._stopped_at = True, now
        elif now - self._stopped_at > STOP_AT_MOST_S:
            self.stopped = False
        return 0.0 if self.stopped else share(queue_s)

    def watched(self, delay_s: float, now: float) -> bool:
        """`update` where no queue stands: True, and all may go. False, and nothing is done yet, where one may."""
        if self._baseline_s is not None and delay_s - self._baseline_s > WATCHED_QUEUE_S:
            return False
        self._follow(delay_s, now)
        self.stopped, self._stopped_at, self._bottom = False, None, None
        return True

    def _follow(self, delay_s: float, now: float) -> float:
        """Returns what such a delay makes of the baseline."""
        baseline_s = self._baseline_s
        if baseline_s is None or delay_s <= baseline_s:
            baseline_s = delay_s
        else:
            elapsed = min(max(now - self._updated_at, 0.0), 1.0)
            baseline_s += (delay_s - baseline_s) * FORGET_PER_S * elapsed
        self._updated_at = now
        self._baseline_s = baseline_s
        return baseline_s

    def lengthened(self, delay_s: float, left_at: float, size_bytes: int, usual_bps: float) -> bool:
        """Takes the same delay, of a packet that left then, before `update`; with it came `size_bytes`. `usual_bps`: what was
        sent of late. True once if the way proves to be longer, which is no queue from then on."""
        before, self._delay_s = self._delay_s, delay_s
        if self._baseline_s is None:
            return False
        if self.stopped and self._drained(delay_s, left_at, size_bytes):
            self._baseline_s = delay_s
        if delay_s - before > JUMP_S and delay_s - self._baseline_s > JUMP_S:
            self._jump = _Level(left_at, delay_s)
            return False
        jump = self._jump
        if jump is None:
            return False
        if not jump.add(delay_s, size_bytes):
            self._jump = None
            return False
        flat_s = left_at - jump.left_at
        if flat_s < FLAT_FOR_S:
            return False
        self._jump = None
        if jump.bits < FLAT_RATE * usual_bps * flat_s:
            return False
        self._baseline_s = jump.lowest_s
        self.stopped, self._stopped_at = False, None
        return True

    def _drained(self, delay_s: float, left_at: float, size_bytes: int) -> bool:
        """Whether the queue is gone, though the delay is not what it was before it came."""
        bottom = self._bottom
        if bottom is None or delay_s < bottom.lowest_s - FLAT_S or not bottom.add(delay_s, size_bytes):
            self._peak_s = delay_s if bottom is None else max(self._peak_s, delay_s)
            self._bottom = _Level(left_at, delay_s)
            return False
        drained = self._peak_s - bottom.lowest_s >= LEAST_DRAIN_S
        return left_at - bottom.left_at >= (EMPTY_FOR_S if drained else FLAT_EMPTY_FOR_S)


class Drain:
    """What a path carries, found while its queue runs empty. Delays are up to a constant, not above the baseline: that rises
    towards them, which is no draining."""

    def __init__(self, arrival: float, delay_s: float) -> None:
        self._since = self._until = arrival
        self._highest_s = self._lowest_s = delay_s
        self._bytes = self._since_lowest_bytes = 0

    def add(self, arrival: float, size_bytes: int, delay_s: float) -> None:
        """So much came by `arrival` since the last call, out of a queue. What comes while it does not shrink tells what was
        sent, not what is carried."""
        if delay_s > self._highest_s:  # it still grew: it runs empty from here
            self._since = self._until = arrival
            self._highest_s = self._lowest_s = delay_s
            self._bytes = self._since_lowest_bytes = 0
            return
        self._since_lowest_bytes += size_bytes
        if delay_s < self._lowest_s - FLAT_S:
            self._lowest_s = delay_s
            self._until = max(self._until, arrival)
            self._bytes, self._since_lowest_bytes = self._bytes + self._since_lowest_bytes, 0

    @property
    def carried_bps(self) -> float | None:
        """None: nothing ran empty, or not long enough to tell."""
        span_s = self._until - self._since
        if span_s < LEAST_DRAIN_S or self._highest_s - self._lowest_s < LEAST_DRAIN_S:
            return None
        return self._bytes * 8 / span_s


def share(queue_s: float) -> float:
    """Of the target, with such a queue."""
    excess = (queue_s - TOLERATED_S) / (FULL_S - TOLERATED_S)
    return 1 - (1 - LEAST) * min(max(excess, 0.0), 1.0)


def coming_s(
    sent: Sequence[float], arrivals: Sequence[float], size_bytes: int, under_way_bytes: int
) -> float:
    """How long all that is under way takes to come, at the rate at which these came, in a queue that grows; else 0."""
    packets = len(sent)
    if packets < COMING_PACKETS:
        return 0.0
    delays = list(map(sub, arrivals, sent))
    if max(map(sub, delays[1:], delays)) >= ONE_STEP * (delays[-1] - delays[0]):
        return 0.0
    coming_per_s = size_bytes * (packets - 1) / packets / max(arrivals[-1] - arrivals[0], COMING_S)
    return under_way_bytes / coming_per_s
