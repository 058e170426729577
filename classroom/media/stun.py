"""STUN Binding requests as ICE sends them: read, verified, answered, and now and then asked (RFC 8489, RFC 8445 section 7).

`aioice.stun` reads and signs. What it leaves to the caller is checked here: it raises various exceptions on
hostile input, and takes messages without FINGERPRINT. Whatever is wrong with a datagram, it is dropped
without a reply: an unauthenticated sender learns nothing, and cannot use us to send to others.
"""

from __future__ import annotations

import secrets
import struct
from ipaddress import IPv6Address, ip_address

from aioice.stun import Class, Message, Method, parse_message

from classroom.media.relay import Address

MAX_BYTES = 1280
"""ICE checks are about 100 bytes; the longest user name makes them 600."""
ROLE_CONFLICT = 487
SUCCESS = 0x0101.to_bytes(2, "big")
"""How the response to a Binding request begins."""
PRIORITY = 110 << 24 | 65535 << 8 | 255
"""Of a peer-reflexive candidate (RFC 8445 section 5.1.2). A lite agent has no use for it, but has to say one."""


class StunError(Exception):
    """The datagram is not a check for us; `reason` names the counter it goes to."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse_request(datagram: bytes) -> Message:
    """Reads a Binding request with its FINGERPRINT verified. Raises StunError, and nothing else."""
    message = _parse(datagram)
    if message.message_class != Class.REQUEST or message.message_method != Method.BINDING:
        raise StunError("stun_not_a_check")
    if not {"USERNAME", "MESSAGE-INTEGRITY", "FINGERPRINT"} <= message.attributes.keys():
        raise StunError("stun_malformed")
    return message


def parse_response(datagram: bytes) -> Message:
    """Reads a success response to a Binding request. Raises StunError, and nothing else."""
    message = _parse(datagram)
    if message.message_class != Class.RESPONSE or message.message_method != Method.BINDING:
        raise StunError("stun_not_a_check")
    return message


def _parse(datagram: bytes) -> Message:
    if len(datagram) > MAX_BYTES or len(datagram) % 4:
        raise StunError("stun_malformed")
    if datagram[4:8] != b"\x21\x12\xa4\x42":
        raise StunError("stun_malformed")
    try:
        return parse_message(datagram)
    except (ValueError, struct.error, IndexError) as error:
        raise StunError("stun_malformed") from error


def username(request: Message) -> tuple[str, str]:
    """(our ufrag, the sender's ufrag) of a request (RFC 8445 section 7.2.2)."""
    ours, _, theirs = request.attributes["USERNAME"].partition(":")
    return ours, theirs


def verify(message: Message, password: str) -> None:
    """Raises StunError unless MESSAGE-INTEGRITY was made with this password: ours in a request, the peer's in a response."""
    if not message.check_message_integrity(password.encode()):
        raise StunError("stun_unauthenticated")


def request(ours: str, theirs: str, password: str) -> Message:
    """A check of our own, signed with the peer's password: whoever answers it is the peer (RFC 8445 section 7.2.4)."""
    message = Message(
        Method.BINDING,
        Class.REQUEST,
        attributes={
            "USERNAME": f"{theirs}:{ours}",
            "PRIORITY": PRIORITY,
            "ICE-CONTROLLED": secrets.randbits(64),
        },
    )
    message.add_message_integrity(password.encode())
    return message


def success(request: Message, source: Address, password: str) -> bytes:
    """The reply that confirms a check and tells the sender the address it was seen from."""
    mapped = ip_address(source[0])
    if isinstance(mapped, IPv6Address) and mapped.ipv4_mapped is not None:
        mapped = mapped.ipv4_mapped
    return _reply(request, Class.RESPONSE, {"XOR-MAPPED-ADDRESS": (str(mapped), source[1])}, password)


def role_conflict(request: Message, password: str) -> bytes:
    """Tells a sender that takes itself for controlled to take the other role (RFC 8445 section 7.3.1.1)."""
    return _reply(request, Class.ERROR, {"ERROR-CODE": (ROLE_CONFLICT, "Role Conflict")}, password)


def _reply(request: Message, kind: Class, attributes: dict[str, object], password: str) -> bytes:
    reply = Message(Method.BINDING, kind, request.transaction_id, attributes)
    reply.add_message_integrity(password.encode())
    return bytes(reply)
