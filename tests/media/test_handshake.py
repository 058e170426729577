"""Two ends of a DTLS handshake on a simulated path: who has keys when, and what a lost flight costs."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

import pytest
from aiortc.rtcdtlstransport import SRTP_AES128_CM_SHA1_80, SRTPProtectionProfile
from OpenSSL import SSL

from classroom.media.dtls import Certificate
from classroom.media.handshake import DATAGRAM_BYTES, FIRST_RETRANSMIT_S, PATIENCE, Handshake

ROUND_TRIP_S = 0.3
STEP_S = 0.01


def is_hello(datagram: bytes) -> bool:
    return datagram[0] == 22 and datagram[13] == 1


def is_servers_flight(datagram: bytes) -> bool:
    return datagram[0] == 22 and datagram[13] == 2


def is_clients_flight(datagram: bytes) -> bool:
    return datagram[0] == 22 and datagram[13] == 11


def is_servers_finished(datagram: bytes) -> bool:
    return datagram[0] == 20


class Path:
    """`keep`: whether a datagram arrives. `ciphers`: all that the server takes."""

    def __init__(
        self,
        keep: Callable[[bytes], bool] = lambda _: True,
        fingerprint: str | None = None,
        ciphers: bytes | None = None,
    ) -> None:
        ours, theirs = Certificate(), Certificate()
        self.client = Handshake(ours.rtc, [("sha-256", fingerprint or theirs.fingerprint)], "client")
        if ciphers is not None:
            make = theirs.rtc._create_ssl_context

            def limited(srtp_profiles: list[SRTPProtectionProfile]) -> SSL.Context:
                context = make(srtp_profiles)
                context.set_cipher_list(ciphers)
                return context

            theirs.rtc._create_ssl_context = limited  # type: ignore[method-assign]
        self.server = Handshake(theirs.rtc, [("sha-256", ours.fingerprint)], "server")
        self.sizes: list[int] = []
        self.keys_at: dict[str, float] = {}
        self._keep = keep
        self._flying: list[tuple[float, bool, bytes]] = []
        self.now = 0.0

    def run(self, until: Callable[[], bool], limit_s: float = 30.0) -> None:
        self._send(self.client.start(self.now), up=True)
        while not until() and self.now < limit_s:
            self.now += STEP_S
            due = [each for each in self._flying if each[0] <= self.now]
            self._flying = [each for each in self._flying if each[0] > self.now]
            for _, up, datagram in due:
                end = self.server if up else self.client
                self._send(end.receive(datagram, self.now), up=not up)
            for end, up in ((self.client, True), (self.server, False)):
                self._send(end.tick(self.now), up=up)
            for name, end in (("client", self.client), ("server", self.server)):
                if end.keys is not None:
                    self.keys_at.setdefault(name, self.now)

    def _send(self, datagrams: list[bytes], *, up: bool) -> None:
        for datagram in datagrams:
            self.sizes.append(len(datagram))
            if self._keep(datagram):
                self._flying.append((self.now + ROUND_TRIP_S / 2, up, datagram))

    @property
    def both_have_keys(self) -> bool:
        return len(self.keys_at) == 2


def test_the_client_has_the_keys_after_one_round_trip_and_they_agree() -> None:
    path = Path()
    path.run(lambda: path.client.complete and path.server.complete)
    assert path.keys_at["client"] == pytest.approx(ROUND_TRIP_S, abs=5 * STEP_S)
    assert path.keys_at["server"] == pytest.approx(1.5 * ROUND_TRIP_S, abs=5 * STEP_S)
    assert path.client.keys is not None
    assert path.server.keys is not None
    assert path.client.keys.send == path.server.keys.receive
    assert path.client.keys.receive == path.server.keys.send
    assert path.client.deadline is None, "nothing is repeated any more"
    assert max(path.sizes) <= DATAGRAM_BYTES


def test_a_peer_without_the_announced_certificate_gets_no_keys_early_or_late() -> None:
    path = Path(fingerprint=Certificate().fingerprint)
    path.run(lambda: path.client.ended is not None)
    assert path.client.ended == "dtls_failed"
    assert path.client.keys is None


def test_a_handshake_without_a_fingerprint_to_hold_it_against_fails() -> None:
    certificate, peer = Certificate(), Certificate()
    client = Handshake(certificate.rtc, [], "client")
    server = Handshake(peer.rtc, [("sha-256", certificate.fingerprint)], "server")
    replies = [reply for datagram in client.start(0.0) for reply in server.receive(datagram, 0.0)]
    for reply in replies:
        client.receive(reply, 0.0)
    assert client.ended == "dtls_failed"
    assert client.keys is None


def test_without_a_cipher_that_authenticates_the_client_waits_for_the_peers_finished() -> None:
    path = Path(ciphers=b"ECDHE-ECDSA-AES128-SHA")
    path.run(lambda: path.both_have_keys)
    assert path.keys_at["client"] == pytest.approx(2 * ROUND_TRIP_S, abs=8 * STEP_S)


def test_a_peer_that_can_do_none_of_our_best_is_told_from_a_stranger() -> None:
    certificate, peer = Certificate(), Certificate()
    peer.rtc._create_ssl_context = partial(  # type: ignore[method-assign]
        lambda make, srtp_profiles: make([SRTP_AES128_CM_SHA1_80]), peer.rtc._create_ssl_context
    )
    client = Handshake(certificate.rtc, [("sha-256", peer.fingerprint)], "client")
    server = Handshake(peer.rtc, [("sha-256", certificate.fingerprint)], "server")
    for datagram in client.start(0.0):
        for reply in server.receive(datagram, 0.0):
            client.receive(reply, 0.0)
    assert client.ended == "dtls_failed"
    assert client.profile_missing


@pytest.mark.parametrize(
    ("lost", "costs_s"),
    [
        (is_hello, FIRST_RETRANSMIT_S),
        (is_servers_flight, FIRST_RETRANSMIT_S),
        (is_clients_flight, PATIENCE * ROUND_TRIP_S),
        (is_servers_finished, 0.0),
    ],
)
def test_a_lost_flight_costs_a_fraction_of_a_second(lost: Callable[[bytes], bool], costs_s: float) -> None:
    dropped = []

    def keep(datagram: bytes) -> bool:
        if lost(datagram) and not dropped:
            dropped.append(datagram)
            return False
        return True

    path = Path(keep)
    path.run(lambda: path.both_have_keys)
    assert dropped
    assert max(path.keys_at.values()) == pytest.approx(1.5 * ROUND_TRIP_S + costs_s, abs=8 * STEP_S)


@pytest.mark.parametrize("seed", range(8))
def test_every_second_datagram_is_lost_and_both_get_there(seed: int) -> None:
    dice = random.Random(seed)
    path = Path(lambda _: dice.random() < 0.5)
    path.run(lambda: path.both_have_keys)
    assert path.client.keys is not None
    assert path.server.keys is not None
    assert path.client.keys.send == path.server.keys.receive


def test_garbage_gives_no_keys_and_raises_nothing() -> None:
    dice = random.Random(1)
    end = Handshake(Certificate().rtc, [("sha-256", "")], "client")
    end.start(0.0)
    for _ in range(200):
        end.receive(b"\x16\xfe\xff" + dice.randbytes(dice.randrange(10, 200)), 0.0)
    assert end.keys is None
