"""A browser's end of DTLS-SRTP (RFC 5764) over OpenSSL. No I/O: datagrams in, datagrams out, then keys."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from struct import unpack_from

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL
from pylibsrtp import Policy

_PROFILES = {
    b"SRTP_AEAD_AES_128_GCM": (Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 16, 12),
    b"SRTP_AES128_CM_SHA1_80": (Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 16, 14),
}
"""In order of preference: libsrtp's number, key and salt lengths in bytes (RFC 7714 section 12, RFC 5764
4.1.2).
"""
_DATAGRAM_BYTES = 1200
_RECORD_HEADER_BYTES = 13


class DtlsError(Exception):
    """The handshake failed, or the peer's certificate is not the one that was announced."""


@dataclass(frozen=True, slots=True)
class SrtpKeys:
    profile: int
    send: bytes
    """Master key followed by master salt."""
    receive: bytes


class Certificate:
    """A key and a self-signed certificate, as a browser makes for each connection."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loadtest")])
        now = datetime.datetime.now(tz=datetime.UTC)
        day = datetime.timedelta(days=1)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - day)
            .not_valid_after(now + 30 * day)
            .sign(self.key, hashes.SHA256())
        )

    @property
    def fingerprint(self) -> str:
        return sha256_fingerprint(self.certificate)


def sha256_fingerprint(certificate: x509.Certificate) -> str:
    """As SDP writes it (RFC 8122 section 5)."""
    return ":".join(f"{byte:02X}" for byte in certificate.fingerprint(hashes.SHA256()))


class DtlsEnd:
    """One side. Call `start`, feed `receive` and `handle_timeout`; send what each returns. `active`: says hello."""

    def __init__(self, certificate: Certificate, remote_fingerprint: str, *, active: bool) -> None:
        self._active = active
        self._remote_fingerprint = remote_fingerprint.upper()
        context = SSL.Context(SSL.DTLS_METHOD)
        context.set_options(SSL.OP_NO_TICKET)
        # Self-signed by design: the fingerprint is what is verified, in _finish.
        context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
        context.use_certificate(certificate.certificate)
        context.use_privatekey(certificate.key)
        context.set_tlsext_use_srtp(b":".join(_PROFILES))
        self._ssl = SSL.Connection(context, None)
        if active:
            self._ssl.set_connect_state()
        else:
            self._ssl.set_accept_state()
        self._ssl.set_ciphertext_mtu(_DATAGRAM_BYTES)
        self.keys: SrtpKeys | None = None
        """Set once the handshake is over and the fingerprint is right."""
        self.flight: list[bytes] = []
        """What was sent last, while it waits for an answer: to be repeated when that does not come."""

    def start(self) -> list[bytes]:
        return self._advance()

    def receive(self, datagram: bytes) -> list[bytes]:
        """Raises DtlsError."""
        self._ssl.bio_write(datagram)
        if self.keys is None:
            return self._advance()
        self._drain_application_data()
        return self._outgoing()

    @property
    def timeout_s(self) -> float | None:
        """How soon `handle_timeout` is due; None: no flight is waiting for an answer."""
        return self._ssl.DTLSv1_get_timeout()

    def handle_timeout(self) -> list[bytes]:
        """Retransmits the last flight (RFC 6347 section 4.2.4)."""
        self._ssl.DTLSv1_handle_timeout()
        return self._outgoing()

    def close(self) -> list[bytes]:
        """The closing alert, as a browser's `RTCPeerConnection.close()` sends it."""
        if self.keys is None:
            return []
        try:
            self._ssl.shutdown()
        except SSL.Error:
            return []
        return self._outgoing()

    def _advance(self) -> list[bytes]:
        try:
            self._ssl.do_handshake()
        except SSL.WantReadError:
            pass
        except SSL.Error as error:
            raise DtlsError(f"DTLS handshake failed: {error}") from error
        else:
            self.keys = self._finish()
            self.flight = []
            return self._outgoing()
        out = self._outgoing()
        self.flight = out or self.flight
        return out

    def _finish(self) -> SrtpKeys:
        certificate = self._ssl.get_peer_certificate(as_cryptography=True)
        if certificate is None or sha256_fingerprint(certificate) != self._remote_fingerprint:
            raise DtlsError("the server's certificate does not match the fingerprint in its answer")
        selected = self._ssl.get_selected_srtp_profile()
        if selected not in _PROFILES:
            raise DtlsError("no SRTP profile in common")
        profile, key, salt = _PROFILES[selected]
        material = self._ssl.export_keying_material(b"EXTRACTOR-dtls_srtp", 2 * (key + salt))
        salts = material[2 * key :]
        client, server = material[:key] + salts[:salt], material[key : 2 * key] + salts[salt:]
        send, receive = (client, server) if self._active else (server, client)
        return SrtpKeys(profile=profile, send=send, receive=receive)

    def _drain_application_data(self) -> None:
        try:
            while self._ssl.recv(2048):
                pass
        except SSL.Error:
            pass  # nothing more to read, or the server closed: media stops and is seen elsewhere

    def _outgoing(self) -> list[bytes]:
        pending = b""
        try:
            while True:
                pending += self._ssl.bio_read(65536)
        except SSL.WantReadError:
            pass
        return list(_datagrams(pending))


def _datagrams(records: bytes) -> Iterator[bytes]:
    """OpenSSL's memory BIO runs records together; a datagram holds whole ones (RFC 6347 section 4.1.1)."""
    begin = at = 0
    while at < len(records):
        (length,) = unpack_from("!H", records, at + 11)
        end = at + _RECORD_HEADER_BYTES + length
        if end - begin > _DATAGRAM_BYTES and at > begin:
            yield records[begin:at]
            begin = at
        at = end
    if at > begin:
        yield records[begin:at]
