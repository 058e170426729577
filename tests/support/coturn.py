"""A real coturn on loopback, configured by docs/turnserver.conf: what the page recommends is what is tested."""

from __future__ import annotations

import base64
import datetime
import hashlib
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

TEMPLATE = Path(__file__).parents[2] / "docs" / "turnserver.conf"
START_TIMEOUT_S = 20.0
HOST = "127.0.0.1"
SECRET = "a secret that coturn and the classroom share"
FOR_LOOPBACK = """
listening-ip=127.0.0.1
relay-ip=127.0.0.1
allow-loopback-peers
cli-password=unused
log-file=stdout
simple-log
verbose
"""
"""What no real server has: coturn refuses loopback peers unless it is told so (and wants a password then)."""


def installed() -> bool:
    return shutil.which("turnserver") is not None


@dataclass
class Coturn:
    process: subprocess.Popen[bytes]
    port: int
    tls_port: int
    spki: str
    """SHA-256 of the certificate's public key: for Chromium's --ignore-certificate-errors-spki-list."""
    log_path: Path

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def url(self, way: str) -> str:
        """`way`: udp, tcp or tls."""
        if way == "tls":
            return f"turns:{HOST}:{self.tls_port}?transport=tcp"
        return f"turn:{HOST}:{self.port}?transport={way}"


@contextmanager
def coturn(folder: Path, *, more: str = "", **changes: str) -> Iterator[Coturn]:
    """Runs turnserver until the block ends. `changes` replace options of the template, `_` for `-`; `more`: lines to add."""
    folder.mkdir(parents=True, exist_ok=True)
    spki = write_certificate(folder)
    port, tls_port = free_ports(2)
    replaced = {
        "listening-port": str(port),
        "tls-listening-port": str(tls_port),
        "cert": str(folder / "cert.pem"),
        "pkey": str(folder / "key.pem"),
        "static-auth-secret": SECRET,
        "realm": "classroom.test",
        "allowed-peer-ip": HOST,
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }
    text = TEMPLATE.read_text()
    for name, value in replaced.items():
        text, count = re.subn(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
        assert count == 1, f"docs/turnserver.conf has no line for {name}"
    left = [line for line in text.splitlines() if "<" in line and not line.startswith("#")]
    assert not left, f"not filled in: {left}"
    files = f"pidfile={folder / 'pid'}\nuserdb={folder / 'turndb'}\n"
    with started(folder, text + FOR_LOOPBACK + files + more, port, tls_port, spki) as server:
        yield server


@contextmanager
def started(folder: Path, text: str, port: int, tls_port: int, spki: str) -> Iterator[Coturn]:
    """Runs turnserver with `text` as its configuration, which names these ports, until the block ends."""
    configuration = folder / "turnserver.conf"
    configuration.write_text(text)
    log_path = folder / "coturn.log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            ["turnserver", "-c", str(configuration)], stdout=log, stderr=log, cwd=folder
        )
    try:
        _wait_until_listening(process, (port, tls_port), log_path)
        yield Coturn(process, port, tls_port, spki, log_path)
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_listening(process: subprocess.Popen[bytes], ports: tuple[int, ...], log_path: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    for port in ports:
        while True:
            try:
                socket.create_connection((HOST, port), 1).close()
                break
            except OSError:
                said = log_path.read_text(errors="replace")
                assert process.poll() is None, f"coturn ended:\n{said}"
                assert time.monotonic() < deadline, f"coturn does not listen:\n{said}"
                time.sleep(0.05)


def free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((HOST, 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def write_certificate(folder: Path) -> str:
    """A self-signed certificate for 127.0.0.1, as cert.pem and key.pem; returns the hash of its public key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "classroom.test")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(hashlib.sha256(public).digest()).decode()
