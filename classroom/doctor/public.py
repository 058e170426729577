"""The address that people open: a secure origin, a certificate that browsers take, and a proxy that passes on what it must."""

from __future__ import annotations

import base64
import datetime
import http.client
import ipaddress
import os
import ssl
import warnings
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

import msgspec
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from classroom.config import Config, is_loopback
from classroom.doctor import server_here
from classroom.doctor.findings import Finding, fail, ok, warn
from classroom.your_address import PATH, Seen

ORIGIN: Final = "secure origin"
CERTIFICATE: Final = "certificate"
PUBLIC: Final = "public address"
CERTIFICATE_DAYS: Final = 14


def check_origin(config: Config) -> list[Finding]:
    if not config.secure_origin:
        advice = "Serve https://: set TLS_CERT and TLS_KEY, or put a proxy with a certificate in front, and set PUBLIC_URL."
        found = f"Browsers allow no microphone or camera on {config.public_url}."
        return fail(ORIGIN, "origin-insecure", found, advice)
    if is_loopback(_host(config)) and not config.loopback_only:
        advice = "For other machines set PUBLIC_URL to an https:// address that they reach."
        return warn(ORIGIN, "origin-local", f"{config.public_url} works on this machine only.", advice)
    return ok(ORIGIN, config.public_url)


def check_certificate(config: Config) -> list[Finding]:
    if config.tls_cert is None or config.tls_key is None:
        return []
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(config.tls_cert, config.tls_key, password="")
        chain = x509.load_pem_x509_certificates(config.tls_cert.read_bytes())
    except (OSError, ValueError) as problem:
        advice = "TLS_CERT and TLS_KEY are PEM files of one pair that this user may read, the key without a passphrase."
        return fail(CERTIFICATE, "certificate-unusable", f"{problem}.", advice)
    left = chain[0].not_valid_after_utc - datetime.datetime.now(datetime.UTC)
    if left.days < 0:
        return fail(CERTIFICATE, "certificate-ended", f"It ended {-left.days} days ago.", "Renew it.")
    host = _host(config)
    if not _is_for(chain[0], host):
        advice = "Get one for this name, or correct PUBLIC_URL: browsers refuse it as it is."
        return fail(CERTIFICATE, "certificate-name", f"It is not for {host}.", advice)
    if left.days < CERTIFICATE_DAYS:
        return warn(CERTIFICATE, "certificate-ends", f"Good for {left.days} more days.", "Renew it.")
    if not _is_trusted(chain, host):
        advice = (
            "TLS_CERT must hold the whole chain, the server's first, from an authority that browsers know."
        )
        return warn(CERTIFICATE, "certificate-untrusted", "This machine does not trust it.", advice)
    return ok(CERTIFICATE, f"Good for {left.days} more days.")


def check_public(config: Config) -> list[Finding]:
    """What a browser meets on its way to the server that runs here."""
    if is_loopback(_host(config)):
        return []
    if not server_here.answers(config):
        return ok(PUBLIC, "Not looked at: no server runs here now.", "Start it, and ask the doctor again.")
    url = config.public_url
    try:
        status, answer = _get(config, "/readyz")
        if not server_here.is_ours(answer):
            advice = "PUBLIC_URL must lead here, without a redirection; correct it, the name's address, or the proxy."
            return fail(PUBLIC, "public-other", f"{url} is answered by something else ({status}).", advice)
        status = _open_socket(config)
        if status == http.HTTPStatus.FORBIDDEN:
            advice = "The server that runs has another PUBLIC_URL: set it to what people open, or add that to ALLOWED_ORIGINS."
            return fail(PUBLIC, "origin-refused", f"Pages of {url} may not open a socket.", advice)
        if status != http.HTTPStatus.SWITCHING_PROTOCOLS:
            advice = "Let the proxy pass Upgrade and Connection on, for /ws."
            return fail(PUBLIC, "websocket-refused", f"{url}/ws gives {status}, and no WebSocket.", advice)
        seen = msgspec.json.decode(_get(config, PATH)[1], type=Seen)
    except ssl.SSLCertVerificationError as problem:
        trouble = f"{url}: browsers will not trust its certificate: {problem.verify_message}."
        return fail(
            PUBLIC,
            "public-untrusted",
            trouble,
            "Give the proxy the whole chain of a certificate for this name.",
        )
    except (OSError, http.client.HTTPException, msgspec.DecodeError) as problem:
        advice = "Look at the name, the firewall, the proxy; if people do reach it, this network does not lead out and back in."
        return warn(PUBLIC, "public-away", f"{url} does not answer from here: {problem}.", advice)
    if seen.forwarded_for and seen.address not in seen.forwarded_for:
        advice = (
            f"Add {seen.address} to TRUSTED_PROXIES: until then everybody is let in as if from one address."
        )
        return fail(PUBLIC, "proxy-untrusted", "The proxy is not believed whom it speaks for.", advice)
    return ok(PUBLIC, f"{url} leads here, and opens sockets.")


def _host(config: Config) -> str:
    return urlsplit(config.public_url).hostname or ""


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


def _is_trusted(chain: list[x509.Certificate], host: str) -> bool:
    """By the authorities that this machine knows; without any, it cannot say."""
    known = _authorities()
    if not known:
        return True
    subject: x509.GeneralName
    try:
        subject = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        subject = x509.DNSName(host)
    try:
        PolicyBuilder().store(Store(known)).build_server_verifier(subject).verify(chain[0], chain[1:])
    except (VerificationError, ValueError):
        return False
    return True


def _authorities() -> list[x509.Certificate]:
    """Those that this library can read: a few old ones break rules that are newer than they are."""
    found = []
    for encoded in ssl.create_default_context().get_ca_certs(binary_form=True):
        with warnings.catch_warnings(), suppress(ValueError):
            warnings.simplefilter("ignore")
            found.append(x509.load_der_x509_certificate(encoded))
    return found


def _connect(config: Config) -> http.client.HTTPConnection:
    parts = urlsplit(config.public_url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=server_here.TIMEOUT_S)


def _get(config: Config, path: str) -> tuple[int, bytes]:
    connection = _connect(config)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read(server_here.READY_BYTES)
    finally:
        connection.close()


def _open_socket(config: Config) -> int:
    """The status that a browser's opening handshake gets (RFC 6455 section 4.1); nothing is said on the socket."""
    connection = _connect(config)
    try:
        headers = {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            "Origin": config.public_url,
        }
        connection.request("GET", "/ws", headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()
