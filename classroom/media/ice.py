"""The ICE-lite agent of one peer: answers its checks, and knows where the peer is (RFC 8445 section 2.5).

A lite agent has host candidates only and waits for checks; the browser is always controlling. (Only whoever is heard from a
strange address is asked who they are: `moves`.) Sans-I/O: `check` is called with each request addressed to us, `expire` now and
then, and both take the time.

Departures from the RFC, each seen to be needed:
- The first valid path is used at once, nominated or not: DTLS starts one round trip earlier.
- Firefox's consent checks carry no USE-CANDIDATE after the first. So a path is also followed without nomination when nothing
  was heard on the selected one for a second; otherwise Firefox is lost after a NAT rebinding.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from typing import NamedTuple

from aioice.stun import Message

from classroom.media import stun
from classroom.media.model import PeerId
from classroom.media.relay import Address

MAX_PATHS = 8
"""Addresses one peer may be heard from at a time; the one silent for longest makes room."""
FOLLOW_AFTER_S = 1.0
"""A selected path that was silent for so long loses against another that is checked."""
SILENT_AFTER_S = 0.08
"""… or that we asked about. Sound comes every 20 ms (but for silence), so four frames are missing."""


class Credentials(NamedTuple):
    ufrag: str
    password: str


def random_credentials() -> Credentials:
    """48 bits of ufrag, 144 bits of password (RFC 8839 section 5.4 asks for 24 and 128)."""
    return Credentials(
        base64.b64encode(secrets.token_bytes(6)).decode(), base64.b64encode(secrets.token_bytes(18)).decode()
    )


@dataclass(slots=True)
class Path:
    """An address that passed an authenticated check for `peer`."""

    peer: PeerId
    address: Address
    checked_at: float
    heard_at: float
    """When any datagram came from it, checks included. Written by the endpoint for every packet."""
    window_at: float = 0.0
    """When the endpoint began to count …"""
    window_packets: int = 0
    """… the media that came since."""


class Check(NamedTuple):
    """What came of a check."""

    reply: bytes | None
    """To send to where it came from; None: the check was ours, and what came is its answer."""
    path: Path | None
    """The path it proves, to be let through; None for a role conflict."""
    selected: bool
    """`IceAgent.selected` is another path than before."""
    forgotten: tuple[Address, ...]
    """Paths that made room."""


class IceAgent:
    """One peer's agent. `selected` is where to send; None until a check has come, and after consent is
    lost."""

    def __init__(self, peer: PeerId, local: Credentials, remote: Credentials) -> None:
        self.peer = peer
        self.selected: Path | None = None
        self._generations = [(local, remote)]
        """The one in use, and after a restart the one to come."""
        self._paths: dict[Address, Path] = {}

    @property
    def local(self) -> Credentials:
        """Our newest credentials: those for the answer."""
        return self._generations[-1][0]

    @property
    def ufrags(self) -> frozenset[str]:
        """Our ufrags that checks may name now."""
        return frozenset(local.ufrag for local, _ in self._generations)

    @property
    def addresses(self) -> tuple[Address, ...]:
        return tuple(self._paths)

    def restart(self, local: Credentials, remote: Credentials) -> None:
        """ICE restart (RFC 8445 section 9): the old credentials and path stay until the first check with the
        new."""
        self._generations = [self._generations[0], (local, remote)]

    def check(self, request: Message, source: Address, now: float) -> Check:
        """Handles a request from `stun.parse_request`. Raises StunError: not the peer's, drop it without a
        reply."""
        ours, theirs = stun.username(request)
        named = (
            i
            for i, (local, remote) in enumerate(self._generations)
            if (ours, theirs) == (local.ufrag, remote.ufrag)
        )
        index = next(named, None)
        if index is None:
            raise stun.StunError("stun_unknown_user")
        local = self._generations[index][0]
        stun.verify(request, local.password)
        if "ICE-CONTROLLED" in request.attributes:
            return Check(stun.role_conflict(request, local.password), None, False, ())
        del self._generations[:index]
        nominated = "USE-CANDIDATE" in request.attributes
        reply = stun.success(request, source, local.password)
        return self._proven(source, nominated, FOLLOW_AFTER_S, reply, now)

    def silent(self, source: Address, now: float) -> bool:
        """Whether the peer may have moved to `source`: that is no path, and nothing comes on the selected one."""
        current = self.selected
        return current is not None and source not in self._paths and now - current.heard_at > SILENT_AFTER_S

    def request(self) -> tuple[Message, str]:
        """A check of our own with the credentials in use, and the password that signs its answer."""
        local, remote = self._generations[0]
        return stun.request(local.ufrag, remote.ufrag, remote.password), remote.password

    def answered(self, source: Address, now: float) -> Check:
        """The peer itself answered our check from `source`: that is where it is, if it still is nowhere else."""
        return self._proven(source, False, SILENT_AFTER_S, None, now)

    def expire(self, now: float, timeout_s: float) -> tuple[Address, ...]:
        """Forgets paths without a check for `timeout_s`, the selected one too (consent, RFC 7675); returns
        them."""
        stale = tuple(a for a, path in self._paths.items() if now - path.checked_at > timeout_s)
        for address in stale:
            path = self._paths.pop(address)
            if path is self.selected:
                self.selected = None
        return stale

    def forget(self, address: Address) -> bool:
        """This path is gone for good: its connection was closed. True: it was the selected one."""
        path = self._paths.pop(address, None)
        if path is None or path is not self.selected:
            return False
        self.selected = None
        return True

    def _proven(
        self, source: Address, nominated: bool, follow_after_s: float, reply: bytes | None, now: float
    ) -> Check:
        path, forgotten = self._prove(source, now)
        current = self.selected
        selected = path is not current and (
            current is None or nominated or now - current.heard_at > follow_after_s
        )
        if selected:
            self.selected = path
        path.checked_at = path.heard_at = now
        return Check(reply, path, selected, forgotten)

    def _prove(self, address: Address, now: float) -> tuple[Path, tuple[Address, ...]]:
        path = self._paths.get(address)
        if path is not None:
            return path, ()
        forgotten: tuple[Address, ...] = ()
        if len(self._paths) >= MAX_PATHS:
            others = (path for path in self._paths.values() if path is not self.selected)
            oldest = min(others, key=lambda path: path.heard_at)
            del self._paths[oldest.address]
            forgotten = (oldest.address,)
        path = self._paths[address] = Path(self.peer, address, now, now)
        return path, forgotten
