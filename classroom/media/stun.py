"""STUN Binding requests as ICE sends them: read, verified, answered (RFC 8489, RFC 8445 section 7.3).

`aioice.stun` reads and signs. What it leaves to the caller is checked here: it raises various exceptions on
hostile input, and takes messages without FINGERPRINT. Whatever is wrong with a datagram, it is dropped
without a reply: an unauthenticated sender learns nothing, and cannot use us to send to others.
"""

from __future__ import annotations

import struct
from ipaddress import IPv6Address, ip_address

from aioice.stun import Class, Message, Method, parse_message

from classroom.media.relay import Address

MAX_BYTES = 1280
"""ICE checks are about 100 bytes; the longest user name makes them 600."""
ROLE_CONFLICT = 487


class StunError(Exception):
    """The datagram is not a check for us; `reason` names the counter it goes to."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse_request(datagram: bytes) -> Message:
    """Reads a Binding request with its FINGERPRINT verified. Raises StunError, and nothing else."""
    if len(datagram) > MAX_BYTES or len(datagram) % 4:
        raise StunError("stun_malformed")
    if datagram[4:8] != b"\x21\x12\xa4\x42":
        raise StunError("stun_malformed")
    try:
        message = parse_message(datagram)
    except (ValueError, struct.error, IndexError) as error:
        raise StunError("stun_malformed") from error
    if message.message_class != Class.REQUEST or message.message_method != Method.BINDING:
        raise StunError("stun_not_a_check")
    if not {"USERNAME", "MESSAGE-INTEGRITY", "FINGERPRINT"} <= message.attributes.keys():
        raise StunError("stun_malformed")
    return message


def username(request: Message) -> tuple[str, str]:
    """(our ufrag, the sender's ufrag) of a request (RFC 8445 section 7.2.2)."""
    ours, _, theirs = request.attributes["USERNAME"].partition(":")
    return ours, theirs


def verify(request: Message, password: str) -> None:
    """Raises StunError unless MESSAGE-INTEGRITY was made with our password."""
    if not request.check_message_integrity(password.encode()):
        raise StunError("stun_unauthenticated")


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
