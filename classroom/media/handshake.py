"""One DTLS association (RFC 6347) over OpenSSL, from its first flight to the goodbye, and the SRTP keys it yields (RFC 5764).

Records in, datagrams out; time is an argument. The classroom is the DTLS client wherever it may choose: as that it has the keys
and may use them a round trip sooner than as the DTLS server, when its own last flight leaves (`_may_start_early`).

A lost flight is sent again after a tenth of a second, byte for byte: whoever had it drops it as a replay (RFC 6347 section
4.1.2.6). OpenSSL's own timer, which cannot be set below a second, goes on beneath, with fresh records: they make a peer repeat
its answer, if that was what was lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from struct import unpack_from
from typing import Final, Literal

from aiortc.rtcdtlstransport import (
    SRTP_AEAD_AES_128_GCM,
    SRTP_AEAD_AES_256_GCM,
    SRTP_AES128_CM_SHA1_80,
    RTCCertificate,
    certificate_digest,
)
from OpenSSL import SSL

from classroom.media.relay import SrtpKeys

Role = Literal["client", "server"]
EndReason = Literal["closed", "dtls_failed"]

SRTP_PROFILES: Final = [SRTP_AEAD_AES_128_GCM, SRTP_AEAD_AES_256_GCM, SRTP_AES128_CM_SHA1_80]
"""In our order of preference: AES-128-GCM is the cheapest to forward (RFC 7714). The DTLS server chooses, and as that Chromium
takes another: so as the client we propose the best alone."""
DTLS_1_2: Final = 0xFEFD
"""RFC 6347 section 4.1."""
DATAGRAM_BYTES: Final = 1200
RECORD_HEADER_BYTES: Final = 13
"""RFC 6347 section 4.1."""
FIRST_RETRANSMIT_S: Final = 0.1
LONGEST_RETRANSMIT_S: Final = 1.0
PATIENCE: Final = 1.5
"""An answer is missing after so many round trips, where they are known."""
OWN_FLIGHT_SENT: Final = b"SSLv3/TLS write finished"
"""OpenSSL's name for the state in which a client waits for the server's Finished."""
AUTHENTICATING_CIPHERS: Final = ("GCM", "POLY1305")


class Handshake:
    """Call `start`, then `receive` with each record and `tick` at `deadline`; send what they return. Then look at `keys` and
    `ended`."""

    def __init__(
        self, certificate: RTCCertificate, fingerprints: Sequence[tuple[str, str]], role: Role
    ) -> None:
        """`fingerprints`: (hash function, upper-case digest) of the peer's offer."""
        self.keys: SrtpKeys | None = None
        """Once the peer's certificate was found to match the fingerprints."""
        self.ended: EndReason | None = None
        """closed: the peer said goodbye. dtls_failed: no handshake, or a wrong certificate."""
        self.deadline: float | None = None
        """When `tick` is due; None: nothing is waited for."""
        self._role = role
        self._fingerprints = fingerprints
        self._profiles = SRTP_PROFILES[:1] if role == "client" else SRTP_PROFILES
        self.profile_missing = False
        """Failed because the peer can do none of what we propose as the client; as the server, we could do with more."""
        context = certificate._create_ssl_context(srtp_profiles=self._profiles)
        # 1.3 has no exporter before its end in OpenSSL's binding, and would save nothing: see `_may_start_early`.
        context.set_max_proto_version(DTLS_1_2)
        self._ssl = SSL.Connection(context, None)
        self._ssl.set_ciphertext_mtu(DATAGRAM_BYTES)
        if role == "client":
            self._ssl.set_connect_state()
        else:
            self._ssl.set_accept_state()
        self.complete = False
        """Both sides have said Finished."""
        self._flight: list[bytes] = []
        """What was sent last, until something answers it."""
        self._sent_at = 0.0
        self._pause_s = self._first_pause_s = FIRST_RETRANSMIT_S

    def start(self, now: float) -> list[bytes]:
        """The client's hello; nothing, as the server."""
        self._advance()
        return self._sent(now)

    def receive(self, record: bytes, now: float) -> list[bytes]:
        """A datagram whose first byte says DTLS (RFC 7983 section 7). Never raises: see `ended`."""
        if self.ended is not None:
            return []
        self._ssl.bio_write(record)
        if self.complete:
            self._read()
            return self._outgoing()
        self._advance()
        return self._sent(now)

    def tick(self, now: float) -> list[bytes]:
        """Sends the last flight again, if `deadline` is over."""
        if self.deadline is None or now < self.deadline or self.ended is not None:
            return []
        try:
            self._ssl.DTLSv1_handle_timeout()
        except SSL.Error:
            pass  # OpenSSL has given up; whoever waits for us decides when to
        self._flight = self._outgoing() or self._flight
        self._pause_s = min(2 * self._pause_s, LONGEST_RETRANSMIT_S)
        self.deadline = now + self._pause_s
        return self._flight

    def close(self) -> list[bytes]:
        """Our goodbye (close_notify)."""
        self.deadline = None
        if not self.complete or self.ended is not None:
            return []
        try:
            self._ssl.shutdown()
        except SSL.Error:
            return []
        return self._outgoing()

    # --- inside ---------------------------------------------------------------------------------------------

    def _advance(self) -> None:
        try:
            self._ssl.do_handshake()
        except SSL.WantReadError:
            if not self._may_start_early():
                return
        except SSL.Error:
            self.ended = "dtls_failed"
            return
        else:
            self.complete = True
        if self.keys is None:
            self.keys = self._derive_keys()
            if self.keys is None:
                self.ended = "dtls_failed"

    def _may_start_early(self) -> bool:
        """False start (RFC 7918): our Finished has left, the peer's is on its way. What that would add is that nobody changed
        the hellos on their way, and nothing that we offer there is weak (section 5: ECDHE, ciphers that authenticate). Who the
        peer is, we know: it signed the key exchange with the certificate of the fingerprint."""
        return (
            self._role == "client"
            and self._ssl.get_state_string() == OWN_FLIGHT_SENT
            and any(name in (self._ssl.get_cipher_name() or "") for name in AUTHENTICATING_CIPHERS)
        )

    def _derive_keys(self) -> SrtpKeys | None:
        selected = self._ssl.get_selected_srtp_profile()
        profile = next((p for p in self._profiles if p.openssl_profile == selected), None)
        if not self._is_expected():
            return None
        if profile is None:
            self.profile_missing = self._role == "client"
            return None
        # RFC 5764 section 4.2: client key, server key, client salt, server salt.
        material = self._ssl.export_keying_material(
            b"EXTRACTOR-dtls_srtp", 2 * (profile.key_length + profile.salt_length)
        )
        client, server = (profile.get_key_and_salt(material, index) for index in (0, 1))
        send, receive = (client, server) if self._role == "client" else (server, client)
        return SrtpKeys(profile=profile.libsrtp_profile, receive=receive, send=send)

    def _is_expected(self) -> bool:
        """Every fingerprint must match: `sdp.parse_offer` leaves only those by hash functions that we know."""
        certificate = self._ssl.get_peer_certificate(as_cryptography=True)
        return (
            certificate is not None
            and bool(self._fingerprints)
            and all(
                digest.upper() == certificate_digest(certificate, algorithm)
                for algorithm, digest in self._fingerprints
            )
        )

    def _read(self) -> None:
        """Nothing travels inside but the goodbye, and a repeated last flight, which OpenSSL answers."""
        try:
            while self._ssl.recv(2048):
                pass
        except SSL.ZeroReturnError:
            self.ended = "closed"
        except SSL.Error:
            pass

    def _sent(self, now: float) -> list[bytes]:
        """What the handshake has to say next, which is repeated until it is answered."""
        out = self._outgoing()
        if out and self._flight:
            # It answers an answer to our last flight. If that was repeated meanwhile, this is too long, and harmless.
            round_trip_s = now - self._sent_at
            self._first_pause_s = min(max(PATIENCE * round_trip_s, FIRST_RETRANSMIT_S), LONGEST_RETRANSMIT_S)
        if self.complete or self.ended is not None:
            self._flight, self.deadline = [], None
        elif out:
            self._flight, self._sent_at, self._pause_s = out, now, self._first_pause_s
            self.deadline = now + self._pause_s
        return out

    def _outgoing(self) -> list[bytes]:
        pending = b""
        try:
            while True:
                pending += self._ssl.bio_read(65536)
        except SSL.WantReadError:
            return list(_datagrams(pending))


def _datagrams(records: bytes) -> Iterator[bytes]:
    """OpenSSL's memory BIO runs records together; a datagram holds whole ones (RFC 6347 section 4.1.1)."""
    begin = at = 0
    while at < len(records):
        end = at + RECORD_HEADER_BYTES + int(unpack_from("!H", records, at + 11)[0])
        if end - begin > DATAGRAM_BYTES and at > begin:
            yield records[begin:at]
            begin = at
        at = end
    if at > begin:
        yield records[begin:at]
