"""One peer's connection: what was negotiated, its ICE agent, its DTLS session, and whether media can flow.

The plane owns connections; they tell it of changes through `ConnectionOwner` and never touch the relay or the socket's
table themselves.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Mapping
from typing import Literal, Protocol

from aioice.stun import Message

from classroom.media import sdp
from classroom.media.config import MediaConfig
from classroom.media.dtls import Certificate, DtlsSession
from classroom.media.handshake import EndReason, Role
from classroom.media.ice import Check, Credentials, IceAgent, random_credentials
from classroom.media.model import Extensions, PeerId, PeerMedia, PublicationKind
from classroom.media.relay import Address, SrtpKeys


class ConnectionOwner(Protocol):
    def send(self, datagram: bytes, address: Address) -> None:
        """Sends a datagram."""

    def keys_ready(self, connection: Connection, keys: SrtpKeys) -> None:
        """DTLS is up."""

    def dtls_ended(self, connection: Connection, reason: EndReason) -> None:
        """Nothing can come of this connection any more."""


class Connection:
    """From a peer's first offer to its end. `media` is what the newest answer agreed on."""

    def __init__(
        self,
        peer: PeerId,
        offer: sdp.Offer,
        owner: ConnectionOwner,
        certificate: Certificate,
        now: float,
        *,
        passive: bool = False,
    ) -> None:
        """`passive`: the peer is to begin DTLS, if it may."""
        self.peer = peer
        self.created_at = now
        self.media = PeerMedia((), (), Extensions())
        self._remote = Credentials(offer.ufrag, offer.password)
        self.ice = IceAgent(peer, random_credentials(), self._remote)
        self.secured = False
        """DTLS is up."""
        self.path_lost_at: float | None = None
        """Since when there is no path any more; None while there is one, and before the first."""
        self.announced = False
        """The plane's observer takes the peer for connected."""
        self.was_connected = False
        self._owner = owner
        self._certificate = certificate
        self._identity = (offer.session_id, offer.fingerprints)
        waits = offer.setup == "active" or (passive and offer.setup == "actpass")
        self._role: Role = "server" if waits else "client"
        """In DTLS. The client, if we may choose: see `handshake`. It stays as it is in re-offers (RFC 8842 section 5.3)."""
        self.begins_in_vain = False
        """Its handshake failed because it was us who began it: see `Handshake.profile_missing`."""
        self._dtls: DtlsSession | None = None
        self._session_id = secrets.randbelow(2**62)
        self._versions = itertools.count(1)

    def continues(self, offer: sdp.Offer) -> bool:
        """Whether `offer` comes from the same RTCPeerConnection: a re-offer or an ICE restart, not a new start."""
        return self._identity == (offer.session_id, offer.fingerprints)

    def negotiate(
        self,
        offer: sdp.Offer,
        sources: Mapping[str, PublicationKind],
        addresses: tuple[str, ...],
        port: int,
        tcp_port: int,
    ) -> str:
        """Writes the answer and takes over `media`. Raises `sdp.OfferError`, which changes nothing."""
        negotiated = sdp.negotiate(offer, sources, self.media.slots)
        if (offer.ufrag, offer.password) != self._remote:
            # The client restarts ICE, so we must too (RFC 8839 section 4.4.1.1.1); DTLS and SRTP go on.
            self._remote = Credentials(offer.ufrag, offer.password)
            self.ice.restart(random_credentials(), self._remote)
        self.media = negotiated.media
        transport = sdp.LocalTransport(
            session_id=self._session_id,
            ufrag=self.ice.local.ufrag,
            password=self.ice.local.password,
            fingerprint=self._certificate.fingerprint,
            setup="active" if self._role == "client" else "passive",
            addresses=addresses,
            port=port,
            tcp_port=tcp_port,
        )
        return sdp.write_answer(offer, negotiated, transport, next(self._versions))

    @property
    def connected(self) -> bool:
        """Keys are there and so is a path."""
        return self.secured and self.ice.selected is not None

    @property
    def over_tcp(self) -> bool:
        """Whether the path in use is a TCP connection."""
        return self.ice.selected is not None and len(self.ice.selected.address) == 3

    def overdue(self, now: float, config: MediaConfig) -> Literal["connect_timeout", "path_timeout"] | None:
        """Why nobody waits for the peer any longer; None: it is connected, or may still be."""
        if not self.secured and now - self.created_at > config.connect_timeout_s:
            return "connect_timeout"
        if self.path_lost_at is not None and now - self.path_lost_at > config.path_timeout_s:
            return "path_timeout"
        return None

    def check(self, request: Message, source: Address, now: float) -> Check:
        """A STUN check that names one of our ufrags. Raises StunError."""
        return self.ice.check(request, source, now)

    def path_found(self, timeout_s: float) -> None:
        """`ice.selected` is another path than before. With the first one the handshake begins, if it is for us to begin it."""
        if self._dtls is None and self._role == "client":
            self._begin_dtls(timeout_s)

    def receive_dtls(self, record: bytes, timeout_s: float) -> bool:
        """A DTLS record from an authenticated path; the first one starts the handshake. False: dropped."""
        dtls = self._dtls or self._begin_dtls(timeout_s)
        return dtls.receive(record)

    def close(self) -> None:
        """Says goodbye to the peer; it is not told to the owner."""
        if self._dtls is not None:
            self._dtls.close()
            self._dtls = None

    def _begin_dtls(self, timeout_s: float) -> DtlsSession:
        self._dtls = DtlsSession(self._certificate, self._identity[1], self._role, self, timeout_s)
        return self._dtls

    # --- DtlsOwner

    def send_dtls(self, record: bytes) -> None:
        if self.ice.selected is not None:
            self._owner.send(record, self.ice.selected.address)

    def keys_ready(self, keys: SrtpKeys) -> None:
        self.secured = True
        self._owner.keys_ready(self, keys)

    def dtls_ended(self, reason: EndReason) -> None:
        self.secured = False
        self.begins_in_vain = self._dtls is not None and self._dtls.profile_missing
        self._dtls = None
        self._owner.dtls_ended(self, reason)
