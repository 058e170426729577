"""What the doctor finds, and what it says to do."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from classroom import doctor
from classroom.config import Config, load
from tests.support.coturn import HOST, SECRET, coturn, installed


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load({"HOST": "127.0.0.1", "PORT": "0", "DATA_DIR": str(tmp_path)})


def test_every_check_says_something_with_a_status(config: Config) -> None:
    findings = doctor.examine(config)
    assert {"port (TCP)", "port (UDP)", "secure origin", "TURN", "Redis", "clock", "disk", "client"} <= {
        finding.check for finding in findings
    }
    for finding in findings:
        assert finding.status in ("ok", "warn", "fail")
        assert finding.found
        if finding.status != "ok":
            assert finding.advice, f"{finding.check} says what to do"
        assert finding.line(color=False).startswith(finding.status)


@contextmanager
def holding(kind: socket.SocketKind) -> Iterator[int]:
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            holder.listen()
        yield holder.getsockname()[1]


def test_taken_ports(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "TIMEOUT_S", 0.2)
    with holding(socket.SOCK_STREAM) as port:
        (finding,) = doctor.check_web_port(replace(config, port=port))
        assert finding.status == "fail"
        assert "PORT" in finding.found
    with holding(socket.SOCK_DGRAM) as port:
        (finding,) = doctor.check_media_port(replace(config, media_port=port))
        assert finding.status == "fail"
        assert "MEDIA_PORT" in finding.found
    with holding(socket.SOCK_STREAM) as port:
        (finding,) = doctor.check_media_tcp_port(replace(config, media_tcp_port=port))
        assert finding.status == "fail"
        assert "MEDIA_TCP_PORT" in finding.found


def test_without_tcp_media_only_a_server_for_others_is_warned(config: Config) -> None:
    assert doctor.check_media_tcp_port(replace(config, media_tcp_port=None)) == []
    (finding,) = doctor.check_media_tcp_port(replace(config, host="0.0.0.0", media_tcp_port=None))
    assert finding.status == "warn"
    assert "MEDIA_TCP_PORT" in finding.advice


@pytest.mark.parametrize(
    ("variables", "status"),
    [
        ({}, "ok"),
        ({"HOST": "0.0.0.0"}, "warn"),
        ({"HOST": "0.0.0.0", "PUBLIC_URL": "https://class.example"}, "ok"),
        ({"HOST": "0.0.0.0", "PUBLIC_URL": "http://192.0.2.7:8080"}, "fail"),
    ],
)
def test_origins(variables: dict[str, str], status: str) -> None:
    (finding,) = doctor.check_origin(load(variables))
    assert finding.status == status


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


@pytest.mark.parametrize(("days", "status"), [(60, "ok"), (5, "warn"), (-3, "fail")])
def test_certificates(config: Config, tmp_path: Path, days: int, status: str) -> None:
    cert, key = certificate(tmp_path, days)
    served = replace(config, tls_cert=cert, tls_key=key, public_url="https://class.example:8443")
    (finding,) = doctor.check_certificate(served)
    assert finding.status == status


@pytest.mark.parametrize(
    ("name", "url", "status"),
    [
        (x509.DNSName("*.example"), "https://class.example", "ok"),
        (x509.DNSName("*.example"), "https://a.class.example", "fail"),
        (x509.DNSName("Class.example"), "https://class.example", "ok"),
        (x509.DNSName("192.0.2.7"), "https://192.0.2.7", "fail"),
        (x509.IPAddress(ipaddress.ip_address("192.0.2.7")), "https://192.0.2.7", "ok"),
        (x509.IPAddress(ipaddress.ip_address("2001:db8::1")), "https://[2001:db8::1]:8443", "ok"),
    ],
)
def test_a_certificate_of_another_name(
    config: Config, tmp_path: Path, name: x509.GeneralName, url: str, status: str
) -> None:
    cert, key = certificate(tmp_path, 60, name)
    (finding,) = doctor.check_certificate(replace(config, tls_cert=cert, tls_key=key, public_url=url))
    assert finding.status == status


def test_a_file_that_is_no_certificate(config: Config, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("hello")
    (finding,) = doctor.check_certificate(replace(config, tls_cert=wrong, tls_key=wrong))
    assert finding.status == "fail"


def test_turn(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor.check_turn(config)[0].status == "ok"
    assert doctor.check_turn(replace(config, host="0.0.0.0"))[0].status == "warn"
    monkeypatch.setattr(doctor, "TIMEOUT_S", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        url = f"turn:127.0.0.1:{server.getsockname()[1]}"
        (silent,) = doctor.check_turn(replace(config, turn_urls=(url,), turn_secret="s"))
        assert silent.status == "fail"
        assert "does not answer" in silent.found


@pytest.mark.skipif(not installed(), reason="needs Debian's package coturn")
def test_a_turn_server_is_asked_for_a_relay(config: Config, tmp_path: Path) -> None:
    def found(way: str, secret: str = SECRET, media: str = HOST) -> doctor.Finding:
        (finding,) = doctor.check_turn(
            replace(config, turn_urls=(server.url(way),), turn_secret=secret, media_addresses=(media,))
        )
        return finding

    with coturn(tmp_path) as server:
        for way in ("udp", "tcp"):
            assert found(way).status == "ok"
            stranger = found(way, secret="another")
            assert (stranger.status, "static-auth-secret" in stranger.advice) == ("fail", True)
            forbidden = found(way, media="203.0.113.5")
            assert (forbidden.status, "allowed-peer-ip" in forbidden.advice) == ("fail", True)
            assert "203.0.113.5" in forbidden.found
        untrusted = found("tls")
        assert (untrusted.status, "certificate" in untrusted.found) == ("fail", True)


def test_redis_that_is_not_there(config: Config) -> None:
    assert doctor.check_redis(config)[0].status == "ok"
    with holding(socket.SOCK_STREAM) as port:
        pass
    (finding,) = doctor.check_redis(replace(config, redis_url=f"redis://127.0.0.1:{port}/0"))
    assert finding.status == "fail"
    assert "REDIS_URL" in finding.advice


@pytest.mark.redis
def test_redis_that_answers(config: Config, tmp_path: Path) -> None:
    socket_path = tmp_path / "redis.sock"
    process = subprocess.Popen(
        [
            "redis-server",
            "--port",
            "0",
            "--unixsocket",
            str(socket_path),
            "--save",
            "",
            "--dir",
            str(tmp_path),
        ],
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if b"ready to accept" in line.lower():
                break
        (finding,) = doctor.check_redis(replace(config, redis_url=f"unix://{socket_path}"))
        assert "answers" in finding.found
    finally:
        process.terminate()
        process.wait()


def test_a_broken_database(config: Config) -> None:
    config.database.write_bytes(b"no database" * 1000)
    (finding,) = doctor.check_disk(config)
    assert finding.status == "fail"


def test_a_wrong_clock(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_time_server", lambda: "time.example")
    monkeypatch.setattr(doctor, "_clock_error", lambda _: 42.0)
    (finding,) = doctor.check_clock(config)
    assert (finding.status, finding.found) == ("fail", "+42.0 s off time.example.")
