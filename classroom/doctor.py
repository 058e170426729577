"""`classroom doctor`: is this machine ready to serve, and if not, what is to be done.

Each check looks at one thing and gives findings; none changes anything.
"""

from __future__ import annotations

import asyncio
import http.client
import ipaddress
import shutil
import socket
import sqlite3
import ssl
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit

from cryptography import x509

from classroom import ports, turn_probe
from classroom.app import STATIC
from classroom.config import Config, is_loopback
from classroom.media.endpoint import RECEIVE_BUFFER_BYTES, SEND_BUFFER_BYTES
from classroom.turn import ice_servers

Status = Literal["ok", "warn", "fail"]
COLORS: Final[dict[Status, str]] = {"ok": "\033[32m", "warn": "\033[33m", "fail": "\033[31m"}
TIMEOUT_S: Final = 3.0
UDP_BUFFERS: Final = {"rmem_max": RECEIVE_BUFFER_BYTES, "wmem_max": SEND_BUFFER_BYTES}
"""What the media socket asks for."""
FREE_DISK_BYTES: Final = 500_000_000
MAX_CLOCK_ERROR_S: Final = 5.0
CERTIFICATE_DAYS: Final = 14
NTP_EPOCH_OFFSET_S: Final = 2_208_988_800
"""From 1900 to 1970 (RFC 5905 section 6)."""


class Finding(NamedTuple):
    """`found`: what is so; `advice`: what to do, empty if nothing."""

    check: str
    status: Status
    found: str
    advice: str = ""

    def line(self, *, color: bool) -> str:
        status = f"{COLORS[self.status]}{self.status:<4}\033[0m" if color else f"{self.status:<4}"
        return f"{status}  {self.check:<14} {self.found}" + (f" {self.advice}" if self.advice else "")


def examine(config: Config) -> list[Finding]:
    """Every check, in the order in which problems are best solved."""
    findings: list[Finding] = []
    for check in CHECKS:
        findings += check(config)
    return findings


def check_web_port(config: Config) -> list[Finding]:
    try:
        for taken in ports.listen(config.host, config.port):
            taken.close()
    except ports.PortTaken as problem:
        if _answers(config):
            return [Finding("port (TCP)", "ok", f"A classroom server answers on port {config.port}.")]
        return [Finding("port (TCP)", "fail", str(problem))]
    return [Finding("port (TCP)", "ok", f"{config.port} on {config.host} is free.")]


def check_media_port(config: Config) -> list[Finding]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("0.0.0.0", config.media_port))
        except OSError as problem:
            if _answers(config):
                return [
                    Finding("port (UDP)", "ok", f"{config.media_port} is used by the server that runs here.")
                ]
            return [Finding("port (UDP)", "fail", ports.taken("UDP", "0.0.0.0", config.media_port, problem))]
    advice = "" if config.loopback_only else f"Let UDP {config.media_port} through the firewall, in and out."
    return [Finding("port (UDP)", "ok", f"{config.media_port} is free.", advice)]


def check_media_tcp_port(config: Config) -> list[Finding]:
    port = config.media_tcp_port
    if port is None:
        if config.loopback_only:
            return []
        advice = "Networks that block UDP then need TURN. To have it, set MEDIA_TCP_PORT to a port that the web server has not."
        return [Finding("media over TCP", "warn", "Off.", advice)]
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))
        except OSError as problem:
            if _answers(config):
                return [Finding("media over TCP", "ok", f"{port} is used by the server that runs here.")]
            text = ports.taken("TCP", "0.0.0.0", port, problem, "MEDIA_TCP_PORT")
            return [Finding("media over TCP", "fail", text, "Or set it to off.")]
    advice = "" if config.loopback_only else f"Let TCP {port} through the firewall."
    return [Finding("media over TCP", "ok", f"{port} is free.", advice)]


def check_origin(config: Config) -> list[Finding]:
    if not config.secure_origin:
        return [
            Finding(
                "secure origin",
                "fail",
                f"Browsers allow no microphone or camera on {config.public_url}.",
                "Serve https://: set TLS_CERT and TLS_KEY, or put a proxy with a certificate in front, and set PUBLIC_URL.",
            )
        ]
    host = urlsplit(config.public_url).hostname or ""
    if is_loopback(host) and not config.loopback_only:
        advice = "For other machines set PUBLIC_URL to an https:// address that they reach."
        return [Finding("secure origin", "warn", f"{config.public_url} works on this machine only.", advice)]
    return [Finding("secure origin", "ok", f"{config.public_url}")]


def check_certificate(config: Config) -> list[Finding]:
    if config.tls_cert is None or config.tls_key is None:
        return []
    try:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(config.tls_cert, config.tls_key, password="")
        certificate = x509.load_pem_x509_certificates(config.tls_cert.read_bytes())[0]
    except (OSError, ValueError) as problem:
        return [Finding("certificate", "fail", f"{problem}.", "Check TLS_CERT and TLS_KEY.")]
    days = int((certificate.not_valid_after_utc.timestamp() - time.time()) // 86_400)
    if days < 0:
        return [Finding("certificate", "fail", f"It ended {-days} days ago.", "Renew it.")]
    host = urlsplit(config.public_url).hostname or ""
    if not _is_for(certificate, host):
        advice = "Get one for this name, or correct PUBLIC_URL: browsers refuse it as it is."
        return [Finding("certificate", "fail", f"It is not for {host}.", advice)]
    if days < CERTIFICATE_DAYS:
        return [Finding("certificate", "warn", f"Good for {days} more days.", "Renew it.")]
    return [Finding("certificate", "ok", f"Good for {days} more days.")]


def check_turn(config: Config) -> list[Finding]:
    if not config.turn_urls:
        if config.loopback_only:
            return [Finding("TURN", "ok", "Not set, and not needed on one machine.")]
        advice = "People behind firewalls that block UDP need it: set TURN_URLS and TURN_SECRET."
        return [Finding("TURN", "warn", "Not set.", advice)]
    return [_turn(config, url) for url in config.turn_urls]


def check_redis(config: Config) -> list[Finding]:
    if config.redis_url is None:
        return [Finding("Redis", "ok", "Not set: one node, which needs none.")]
    from redis import Redis
    from redis.exceptions import RedisError

    url = config.redis_url.replace(
        "+cluster://", "://", 1
    )  # the node that is named, for all of a Redis Cluster
    client = Redis.from_url(url, socket_connect_timeout=TIMEOUT_S, socket_timeout=TIMEOUT_S)
    try:
        answered = client.ping()
    except (RedisError, OSError) as problem:
        reason = str(problem).rstrip(".")
        return [Finding("Redis", "fail", f"No answer: {reason}.", "Start it, or correct REDIS_URL.")]
    finally:
        client.close()
    if not answered:
        return [Finding("Redis", "fail", "It does not answer PING.", "Correct REDIS_URL.")]
    advice = "This version serves from one node and does not use it yet."
    return [Finding("Redis", "warn", "It answers.", advice)]


def check_clock(config: Config) -> list[Finding]:
    """Invitations end by the clock. Asked of the time servers that this machine is set to, no others."""
    server = _time_server()
    if server is None:
        synced = Path("/run/systemd/timesync/synchronized").exists()
        if synced:
            return [Finding("clock", "ok", "Kept by systemd-timesyncd.")]
        advice = "Make sure that something keeps it right (systemd-timesyncd, chrony): invitations end by it."
        return [
            Finding(
                "clock",
                "warn",
                f"{time.strftime('%Y-%m-%d %H:%M:%S UTC', time.gmtime())}, not compared.",
                advice,
            )
        ]
    try:
        error_s = _clock_error(server)
    except OSError as problem:
        advice = "Check it, and that the firewall lets UDP 123 out: invitations end by the clock."
        return [Finding("clock", "warn", f"The time server {server} does not answer: {problem}.", advice)]
    if abs(error_s) > MAX_CLOCK_ERROR_S:
        return [Finding("clock", "fail", f"{error_s:+.1f} s off {server}.", "Set it: invitations end by it.")]
    return [Finding("clock", "ok", f"{error_s * 1000:+.0f} ms off {server}.")]


def check_disk(config: Config) -> list[Finding]:
    folder = config.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".doctor"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as problem:
        return [
            Finding("disk", "fail", f"{folder}: {problem.strerror}.", "Set DATA_DIR to a writable folder.")
        ]
    free = shutil.disk_usage(folder).free
    if free < FREE_DISK_BYTES:
        return [Finding("disk", "fail", f"{free // 1_000_000} MB free in {folder}.", "Make room.")]
    if config.database.exists():
        try:
            with sqlite3.connect(config.database, timeout=TIMEOUT_S) as connection:
                (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.Error as problem:
            verdict = str(problem)
        if verdict != "ok":
            return [Finding("disk", "fail", f"{config.database}: {verdict}.", "Restore it from a backup.")]
    return [Finding("disk", "ok", f"{free // 1_000_000_000} GB free in {folder.resolve()}.")]


def check_client(config: Config) -> list[Finding]:
    if (STATIC / "index.html").exists():
        return [Finding("client", "ok", "Built.")]
    return [Finding("client", "fail", "Not built.", "Run: make build")]


def check_udp_buffers(config: Config) -> list[Finding]:
    small = []
    for name, wanted in UDP_BUFFERS.items():
        try:
            value = int(Path(f"/proc/sys/net/core/{name}").read_text())
        except (OSError, ValueError):
            continue
        if value < wanted:
            small.append(f"net.core.{name}={wanted}")
    if small:
        advice = f"For many people at once: sysctl -w {' '.join(small)}"
        return [Finding("UDP buffers", "warn", "The kernel allows only small ones.", advice)]
    return [Finding("UDP buffers", "ok", "Large enough.")]


CHECKS: Final[tuple[Callable[[Config], list[Finding]], ...]] = (
    check_web_port,
    check_media_port,
    check_media_tcp_port,
    check_origin,
    check_certificate,
    check_turn,
    check_redis,
    check_clock,
    check_disk,
    check_client,
    check_udp_buffers,
)


# --- helpers ----------------------------------------------------------------------------------------------------


def _is_for(certificate: x509.Certificate, host: str) -> bool:
    """Whether browsers take it for this name or address (RFC 9525 section 6; the common name counts no more)."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    try:
        return ipaddress.ip_address(host) in names.get_values_for_type(x509.IPAddress)
    except ValueError:
        _, _, parent = host.partition(".")
        return {host, f"*.{parent}"} & {
            name.lower() for name in names.get_values_for_type(x509.DNSName)
        } != set()


def _answers(config: Config) -> bool:
    """Whether a server of ours answers on this port."""
    host = "127.0.0.1" if config.host in ("localhost", "0.0.0.0", "::") else config.host
    connection = http.client.HTTPConnection(host, config.port, timeout=TIMEOUT_S)
    if config.tls_cert is not None:  # whose certificate it is does not matter here
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPSConnection(host, config.port, timeout=TIMEOUT_S, context=context)
    try:
        connection.request("GET", "/readyz")
        return b'"sessions"' in connection.getresponse().read(4096)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _turn(config: Config, url: str) -> Finding:
    (server,) = ice_servers(config, "doctor", time.time())
    peers = tuple(address for address in config.media_addresses if ":" not in address)
    advice = "Start it, correct TURN_URLS, or open the firewall."
    try:
        asyncio.run(turn_probe.probe(url, server, peers, TIMEOUT_S))
    except ssl.SSLCertVerificationError as problem:
        trouble = f"{url}: browsers will not trust its certificate: {problem.verify_message}."
        return Finding("TURN", "fail", trouble, "Give coturn (cert, pkey) one that they do.")
    except OSError as problem:
        return Finding(
            "TURN", "fail", f"{url} does not answer{f': {problem}' if str(problem) else ''}.", advice
        )
    except turn_probe.TurnRefused as problem:
        advice = "TURN_SECRET and coturn's static-auth-secret must be the same, and both clocks right."
        return Finding("TURN", "fail", f"{url} {problem}.", advice)
    except turn_probe.PeerForbidden as problem:
        advice = "Name every address of MEDIA_ADDRESSES as allowed-peer-ip in coturn's configuration."
        return Finding("TURN", "fail", f"{url} {problem}.", advice)
    except turn_probe.TurnProblem as problem:
        return Finding("TURN", "fail", f"{url} {problem}.", "Look into coturn's log.")
    return Finding("TURN", "ok", f"{url} gives relays.")


def _time_server() -> str | None:
    for path, word in (("/etc/systemd/timesyncd.conf", "NTP="), ("/etc/chrony/chrony.conf", "server ")):
        try:
            lines = Path(path).read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            if line.startswith(word) and len(line) > len(word):
                return line[len(word) :].split()[0]
    return None


def _clock_error(server: str) -> float:
    """Seconds that this clock is ahead of the server's (SNTP, RFC 4330)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(TIMEOUT_S)
        probe.connect((server, 123))
        sent = time.time()
        probe.send(b"\x1b" + bytes(47))
        answer = probe.recv(48)
        received = time.time()
    if len(answer) < 48:
        raise OSError("a short answer")
    seconds, fraction = struct.unpack("!II", answer[40:48])
    theirs: float = seconds - NTP_EPOCH_OFFSET_S + fraction / 2**32
    return (sent + received) / 2 - theirs
