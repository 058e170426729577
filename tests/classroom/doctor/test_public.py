"""The address that people open, its certificate, and the proxy in front of it."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from classroom.config import Config, load
from classroom.doctor import public
from classroom.doctor.findings import Finding
from tests.support.server import ClassroomServer, running


@pytest.mark.parametrize(
    ("variables", "status", "code"),
    [
        ({}, "ok", None),
        ({"HOST": "0.0.0.0"}, "warn", "origin-local"),
        ({"HOST": "0.0.0.0", "PUBLIC_URL": "https://class.example"}, "ok", None),
        ({"HOST": "0.0.0.0", "PUBLIC_URL": "http://192.0.2.7:8080"}, "fail", "origin-insecure"),
    ],
)
def test_origins(variables: dict[str, str], status: str, code: str | None) -> None:
    (finding,) = public.check_origin(load(variables))
    assert (finding.status, finding.code) == (status, code)


def certificate(folder: Path, days: int, *names: x509.GeneralName) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "class.example")])
    end = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days, hours=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(end - datetime.timedelta(days=90))
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName(names or [x509.DNSName("class.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    cert_path, key_path = folder / "cert.pem", folder / "key.pem"
    cert_path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return cert_path, key_path


@pytest.mark.parametrize(
    ("days", "code"), [(60, "certificate-untrusted"), (5, "certificate-ends"), (-3, "certificate-ended")]
)
def test_certificates(config: Config, tmp_path: Path, days: int, code: str) -> None:
    """They are signed by themselves: only whoever adds them to a browser trusts them."""
    cert, key = certificate(tmp_path, days)
    served = replace(config, tls_cert=cert, tls_key=key, public_url="https://class.example:8443")
    (finding,) = public.check_certificate(served)
    assert finding.code == code
    assert finding.advice


def test_a_certificate_of_a_known_authority(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cert, key = certificate(tmp_path, 60)
    monkeypatch.setattr(public, "_is_trusted", lambda chain, host: True)
    served = replace(config, tls_cert=cert, tls_key=key, public_url="https://class.example")
    assert public.check_certificate(served)[0].status == "ok"


@pytest.mark.parametrize(
    ("name", "url", "refused"),
    [
        (x509.DNSName("*.example"), "https://class.example", False),
        (x509.DNSName("*.example"), "https://a.class.example", True),
        (x509.DNSName("Class.example"), "https://class.example", False),
        (x509.DNSName("192.0.2.7"), "https://192.0.2.7", True),
        (x509.IPAddress(ipaddress.ip_address("192.0.2.7")), "https://192.0.2.7", False),
        (x509.IPAddress(ipaddress.ip_address("2001:db8::1")), "https://[2001:db8::1]:8443", False),
    ],
)
def test_a_certificate_of_another_name(
    config: Config, tmp_path: Path, name: x509.GeneralName, url: str, refused: bool
) -> None:
    cert, key = certificate(tmp_path, 60, name)
    (finding,) = public.check_certificate(replace(config, tls_cert=cert, tls_key=key, public_url=url))
    assert (finding.code == "certificate-name") is refused


def test_a_file_that_is_no_certificate(config: Config, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("hello")
    (finding,) = public.check_certificate(replace(config, tls_cert=wrong, tls_key=wrong))
    assert (finding.status, finding.code) == ("fail", "certificate-unusable")


# --- what a proxy does to it ------------------------------------------------------------------------------------------

FORWARDED = b"X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https"


@contextmanager
def proxy(port: int, change: Callable[[bytes], bytes]) -> Iterator[str]:
    """Gives what comes to `port`, with the head of the request changed; its address."""

    class Carrier(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            head = b""
            while b"\r\n\r\n" not in head:
                head += self.request.recv(65_536)
            with socket.create_connection(("127.0.0.1", port)) as far:
                far.sendall(change(head))
                while data := far.recv(65_536):
                    self.request.sendall(data)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Carrier) as carrying:
        carrying.daemon_threads = True
        threading.Thread(target=carrying.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{carrying.server_address[1]}"
        carrying.shutdown()


def line(text: bytes) -> Callable[[bytes], bytes]:
    return lambda head: head.replace(b"\r\n\r\n", b"\r\n" + text + b"\r\n\r\n", 1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClassroomServer]:
    """Behind a proxy that it believes, but for what the tests do to that."""
    settings = {"ALLOWED_ORIGINS": "https://class.example", "TRUSTED_PROXIES": "198.51.100.1"}
    with running(tmp_path_factory.mktemp("server"), **settings) as started:
        yield started


@pytest.fixture
def asked(server: ClassroomServer, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Finding]:
    """What the doctor says, asked with `PUBLIC_URL`."""
    monkeypatch.setattr(public, "is_loopback", lambda host: False)
    port = int(server.url.rsplit(":", 1)[1])

    def ask(
        change: Callable[[bytes], bytes] = lambda head: head, origin: str = "https://class.example"
    ) -> Finding:
        own = b""

        def both(head: bytes) -> bytes:
            """The server knows its people's origin, not the one that this test's proxy happens to have."""
            return change(head.replace(b"Origin: " + own, b"Origin: " + origin.encode()))

        with proxy(port, both) as url:
            own = url.encode()
            (finding,) = public.check_public(Config(host="127.0.0.1", port=port, public_url=url))
            return finding

    return ask


def test_a_proxy_that_passes_on_what_it_must(asked: Callable[..., Finding]) -> None:
    assert asked().status == "ok"


def test_a_proxy_without_websockets(asked: Callable[..., Finding]) -> None:
    finding = asked(lambda head: head.replace(b"Upgrade: websocket\r\n", b""))
    assert (finding.status, finding.code) == ("fail", "websocket-refused")
    assert "Upgrade" in finding.advice


def test_a_server_with_another_public_url(asked: Callable[..., Finding]) -> None:
    finding = asked(origin="https://other.example")
    assert (finding.status, finding.code) == ("fail", "origin-refused")


def test_a_proxy_that_is_not_trusted(asked: Callable[..., Finding]) -> None:
    finding = asked(line(FORWARDED))
    assert (finding.status, finding.code) == ("fail", "proxy-untrusted")
    assert "127.0.0.1 to TRUSTED_PROXIES" in finding.advice


def test_an_address_that_leads_elsewhere(asked: Callable[..., Finding]) -> None:
    finding = asked(lambda head: head.replace(b"/readyz", b"/healthz"))
    assert (finding.status, finding.code) == ("fail", "public-other")


def test_an_address_that_does_not_answer(server: ClassroomServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "is_loopback", lambda host: False)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        port = int(server.url.rsplit(":", 1)[1])
        (finding,) = public.check_public(Config(host="127.0.0.1", port=port, public_url=url))
    assert (finding.status, finding.code) == ("warn", "public-away")


def test_a_certificate_that_browsers_do_not_trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "is_loopback", lambda host: False)
    cert, key = certificate(tmp_path, 60, x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    with running(tmp_path, TLS_CERT=str(cert), TLS_KEY=str(key)) as secure:
        port = int(secure.url.rsplit(":", 1)[1])
        url = f"https://127.0.0.1:{port}"
        served = Config(host="127.0.0.1", port=port, public_url=url, tls_cert=cert, tls_key=key)
        (finding,) = public.check_public(served)
    assert (finding.status, finding.code) == ("fail", "public-untrusted")


def test_without_a_server_nothing_is_asked(config: Config) -> None:
    (finding,) = public.check_public(replace(config, public_url="https://class.example"))
    assert finding.status == "ok"
    assert "no server runs here" in finding.found
