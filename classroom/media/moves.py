"""Following a peer that has moved: whoever sends with its SSRC from a strange address is asked whether it is the peer.

When a network changes under a browser (a NAT picks another port, Wi-Fi becomes 4G), its media come from elsewhere at once, but
its next check only seconds later. So we check, once in a while (RFC 8445 section 7.2.4, RFC 7675): a Binding request to that
address, signed with the peer's password. Only the peer can sign the answer, and the address that it comes from is the peer's.
Until then nothing that comes from there is handled.

Anybody can copy packets. What that brings about is bounded: a request goes only where a datagram no shorter than it came from,
while the peer's own path is silent, and at the rates below. Whoever uses those up with a flood takes away the speed of a move,
not the move: the peer's next check brings it, as ever.

Sans-I/O: `now` is monotonic seconds.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from classroom.media import stun
from classroom.media.ice import IceAgent
from classroom.media.relay import Address
from signaling.buckets import TokenBucket

LOOK_EVERY_S: Final = 0.04
"""Datagrams from one address are looked at no more often."""
MAX_STRANGERS: Final = 256
"""Addresses remembered for that; the longest unseen makes room."""
LOOKS_PER_S, LOOKS_BURST = 500.0, 100.0
"""From everywhere: each costs as much as there are peers to compare with."""
ASKS_PER_S, ASKS_BURST = 100.0, 100.0
"""To everywhere: the network of a whole class may move at once."""
MAX_ASKED_FOR_PEER: Final = 4
"""Open questions in the name of one peer."""
AGAIN_AFTER_S: Final = 0.5
"""An address is asked again, where question or answer may have been lost; the first timeout of RFC 8489 section 6.2.1."""
ANSWER_WITHIN_S: Final = 2.0
"""Then a question is closed."""
MAX_ASKED: Final = 256
"""Questions without an answer; the oldest is given up."""


class _Asked(NamedTuple):
    agent: IceAgent
    source: Address
    password: str
    at: float


class Moves:
    """Of all peers of a process: what was asked, where, and when."""

    def __init__(self) -> None:
        self._looked: dict[Address, float] = {}
        self._looks = TokenBucket(LOOKS_PER_S, LOOKS_BURST, 0.0)
        self._asks = TokenBucket(ASKS_PER_S, ASKS_BURST, 0.0)
        self._asked: dict[bytes, _Asked] = {}
        """By transaction id, oldest first."""

    def worth_a_look(self, source: Address, now: float) -> bool:
        """Whether to find out whose media came from this address, which is no path."""
        looked = self._looked
        if now - looked.get(source, float("-inf")) < LOOK_EVERY_S or not self._looks.take(now):
            return False
        looked.pop(source, None)
        while len(looked) >= MAX_STRANGERS:
            del looked[next(iter(looked))]
        looked[source] = now
        return True

    def ask(self, agent: IceAgent, source: Address, size: int, now: float) -> bytes | None:
        """The request to send to `source`, where a datagram of `size` bytes with an SSRC of `agent`'s peer came from, if one is
        due."""
        self._expire(now)
        if not agent.silent(source, now):
            return None
        if any(asked.source == source and now - asked.at < AGAIN_AFTER_S for asked in self._asked.values()):
            return None
        if sum(asked.agent is agent for asked in self._asked.values()) >= MAX_ASKED_FOR_PEER:
            return None
        request, password = agent.request()
        datagram = bytes(request)
        if len(datagram) > size or not self._asks.take(now):
            return None
        while len(self._asked) >= MAX_ASKED:
            del self._asked[next(iter(self._asked))]
        self._asked[request.transaction_id] = _Asked(agent, source, password, now)
        return datagram

    def answered(self, datagram: bytes, source: Address, now: float) -> IceAgent:
        """Whose answer this is: the peer is at `source`. Raises StunError: nobody's; what was asked stays open."""
        self._expire(now)
        response = stun.parse_response(datagram)
        asked = self._asked.get(response.transaction_id)
        if asked is None or asked.source != source:
            raise stun.StunError("stun_not_asked")
        stun.verify(response, asked.password)
        del self._asked[response.transaction_id]
        return asked.agent

    def _expire(self, now: float) -> None:
        asked = self._asked
        while asked and now - asked[oldest := next(iter(asked))].at > ANSWER_WITHIN_S:
            del asked[oldest]
