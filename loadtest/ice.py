"""The controlling ICE agent of one candidate pair, against an ICE-lite server (RFC 8445). No I/O, no clock.

A lite server sends no checks of its own, so the client's side is all there is: check until a check
succeeds, nominate the pair that was chosen (section 8.1.1), then keep asking for consent (RFC 7675).
aioice's STUN codec writes and reads the messages.
"""

from __future__ import annotations

from aioice import stun

CHECK_INTERVAL_S = 0.05
"""As Chromium, on a path that is not known to work."""
CONNECT_TIMEOUT_S = 10.0
CONSENT_INTERVAL_S = 4.0
CONSENT_TIMEOUT_S = 30.0
"""RFC 7675 section 5.1."""
_HOST_PRIORITY = (126 << 24) | (65535 << 8) | 255
_PENDING_MAX = 8


class IceAgent:
    """One candidate pair. `tie_breaker`: 64 random bits (RFC 8445 section 16.1)."""

    def __init__(
        self, *, local_ufrag: str, remote_ufrag: str, remote_pwd: str, tie_breaker: int, now: float
    ) -> None:
        self._username = f"{remote_ufrag}:{local_ufrag}"
        self._key = remote_pwd.encode()
        self._tie_breaker = tie_breaker
        self._pending: dict[bytes, tuple[bool, float]] = {}
        """Transaction id of each check to whether it nominated, and when it was sent."""
        self._nominating = False
        self._started_at = now
        self._heard_at = now
        self._due_at = now
        self.valid = False
        """A check succeeded: the pair can be nominated."""
        self.connected = False
        """The nominated pair: media may flow."""
        self.round_trip_s = 0.0
        """Of the last check that was answered."""

    @property
    def deadline(self) -> float:
        """When `poll` wants to be called next."""
        return self._due_at

    def expired(self, now: float) -> bool:
        """No check succeeded in time, or consent has run out: nothing may be sent any more."""
        limit = CONSENT_TIMEOUT_S if self.connected else CONNECT_TIMEOUT_S
        return now - (self._heard_at if self.connected else self._started_at) > limit

    def nominate(self, now: float) -> None:
        """This is the pair to use: the next check, due at once, says so."""
        self._nominating = True
        self._due_at = now

    def poll(self, now: float) -> bytes | None:
        """The check to send now, if one is due."""
        if now < self._due_at:
            return None
        self._due_at = now + (CONSENT_INTERVAL_S if self.connected else CHECK_INTERVAL_S)
        attributes = {
            "USERNAME": self._username,
            "PRIORITY": _HOST_PRIORITY,
            "ICE-CONTROLLING": self._tie_breaker,
        }
        if self._nominating:
            attributes["USE-CANDIDATE"] = None
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes=attributes)
        request.add_message_integrity(self._key)
        while len(self._pending) >= _PENDING_MAX:
            del self._pending[next(iter(self._pending))]
        self._pending[request.transaction_id] = (self._nominating, now)
        return bytes(request)

    def receive(self, datagram: bytes, now: float) -> None:
        """A STUN message from the server; only an authenticated answer to a check of ours counts."""
        try:
            message = stun.parse_message(datagram)
        except ValueError:
            return
        if (
            message.transaction_id not in self._pending
            or message.message_class is not stun.Class.RESPONSE
            or not message.check_message_integrity(self._key)
        ):
            return
        nominated, sent_at = self._pending.pop(message.transaction_id)
        self.round_trip_s = now - sent_at
        self.valid = True
        self._heard_at = now
        if nominated and not self.connected:
            self.connected = True
            self._due_at = now + CONSENT_INTERVAL_S
