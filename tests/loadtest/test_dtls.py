"""A browser's end of DTLS against OpenSSL's server side, datagrams handed over by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from OpenSSL import SSL

from loadtest.dtls import Certificate, DtlsEnd, DtlsError

KEYING_LABEL = b"EXTRACTOR-dtls_srtp"


class Server:
    """The passive side."""

    def __init__(self, profiles: bytes = b"SRTP_AEAD_AES_128_GCM") -> None:
        self.certificate = Certificate()
        context = SSL.Context(SSL.DTLS_METHOD)
        context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
        context.use_certificate(self.certificate.certificate)
        context.use_privatekey(self.certificate.key)
        context.set_tlsext_use_srtp(profiles)
        self.ssl = SSL.Connection(context, None)
        self.ssl.set_accept_state()
        self.done = False

    def receive(self, datagram: bytes) -> list[bytes]:
        self.ssl.bio_write(datagram)
        try:
            self.ssl.do_handshake()
            self.done = True
        except SSL.WantReadError:
            pass
        try:
            return [self.ssl.bio_read(65536)]
        except SSL.WantReadError:
            return []


def shake_hands(client: DtlsEnd, server: Server, keep: Callable[[int], bool] = lambda _: True) -> list[bytes]:
    """Carries datagrams to and fro; `keep(n)` says whether the client's n-th one arrives.

    Returns those sent.
    """
    sent: list[bytes] = []
    outgoing = client.start()
    while outgoing:
        incoming: list[bytes] = []
        for datagram in outgoing:
            sent.append(datagram)
            if keep(len(sent) - 1):
                incoming += server.receive(datagram)
        outgoing = [reply for datagram in incoming for reply in client.receive(datagram)]
    return sent


@pytest.mark.parametrize(
    ("profile", "key_and_salt"), [(b"SRTP_AEAD_AES_128_GCM", 28), (b"SRTP_AES128_CM_SHA1_80", 30)]
)
def test_both_sides_derive_the_same_keys(profile: bytes, key_and_salt: int) -> None:
    server = Server(profile)
    client = DtlsEnd(Certificate(), server.certificate.fingerprint, active=True)
    sent = shake_hands(client, server)
    assert server.done
    assert client.keys is not None
    assert all(len(datagram) <= 1200 for datagram in sent)
    material = server.ssl.export_keying_material(KEYING_LABEL, 2 * key_and_salt)
    salts = material[32:]
    half = len(salts) // 2
    assert client.keys.send == material[:16] + salts[:half]
    assert client.keys.receive == material[16:32] + salts[half:]


def test_a_certificate_that_was_not_announced_is_refused() -> None:
    with pytest.raises(DtlsError, match="fingerprint"):
        shake_hands(DtlsEnd(Certificate(), Certificate().fingerprint, active=True), Server())


def test_a_lost_hello_is_sent_again() -> None:
    server = Server()
    client = DtlsEnd(Certificate(), server.certificate.fingerprint, active=True)
    shake_hands(client, server, keep=lambda index: index > 0)
    assert client.keys is None
    assert client.timeout_s is not None
    assert 0 < client.timeout_s <= 1.0


def test_closing_says_so() -> None:
    server = Server()
    client = DtlsEnd(Certificate(), server.certificate.fingerprint, active=True)
    assert client.close() == []
    shake_hands(client, server)
    (alert,) = client.close()
    assert alert[0] == 21  # content type alert


def test_the_passive_side_answers_the_servers_hello() -> None:
    ours, theirs = Certificate(), Certificate()
    browser = DtlsEnd(ours, theirs.fingerprint, active=False)
    server = DtlsEnd(theirs, ours.fingerprint, active=True)
    assert browser.start() == []
    to_browser = server.start()
    assert server.flight == to_browser, "kept, to be repeated"
    while to_browser:
        to_server = [reply for datagram in to_browser for reply in browser.receive(datagram)]
        to_browser = [reply for datagram in to_server for reply in server.receive(datagram)]
    assert browser.keys is not None
    assert server.keys is not None
    assert browser.keys.send == server.keys.receive
    assert server.flight == []
