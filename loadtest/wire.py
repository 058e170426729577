"""What coordinator and workers say to each other, over TCP: MessagePack in frames with their length before.

Both ends prove that they know the same secret (HMAC-SHA256 over both ends' nonces) before anything else is said. Nothing is
encrypted: over networks that others share, use an SSH tunnel or a VPN, for orders hold invitations.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from loadtest.recorder import Second
from loadtest.report import Part
from loadtest.shard import Order

VERSION: Final = 1
NONCE_BYTES = 32
SECRET_BYTES_MIN = 16
HANDSHAKE_BYTES_MAX = 1_024
FRAME_BYTES_MAX = 32 << 20
HANDSHAKE_TIMEOUT_S = 10.0
ALIVE_EVERY_S = 2.0
SILENCE_S = 20.0
"""Whoever says nothing for so long is given up."""
SECRET_VARIABLE = "LOADTEST_SECRET"


class WireError(Exception):
    """The other end is gone, knows no secret, or does not keep to the protocol."""


class Challenge(Struct, tag=True, frozen=True):
    version: int
    nonce: bytes


class Answer(Struct, tag=True, frozen=True):
    nonce: bytes
    proof: bytes
    name: str


class Welcome(Struct, tag=True, frozen=True):
    proof: bytes


class Prepare(Struct, tag=True, frozen=True):
    order: Order


class Join(Struct, tag=True, frozen=True):
    pass


class Measure(Struct, tag=True, frozen=True):
    pass


class Finish(Struct, tag=True, frozen=True):
    pass


class Prepared(Struct, tag=True, frozen=True):
    pass


class Joined(Struct, tag=True, frozen=True):
    people: int


class Measured(Struct, tag=True, frozen=True):
    pass


class Finished(Struct, tag=True, frozen=True):
    part: Part


class Told(Struct, tag=True, frozen=True):
    second: Second


class Alive(Struct, tag=True, frozen=True):
    pass


class Failed(Struct, tag=True, frozen=True):
    reason: str


Command = Prepare | Join | Measure | Finish
Done = Prepared | Joined | Measured | Finished | Failed
FromWorker = Done | Told | Alive


class Wire:
    """One connection, both directions. Frames beyond the limit of the moment end it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, message: Struct) -> None:
        """Raises WireError."""
        data = msgspec.msgpack.encode(message)
        try:
            self._writer.write(len(data).to_bytes(4, "big") + data)
            await self._writer.drain()
        except OSError as error:
            raise WireError(f"the connection broke: {error}") from error

    async def receive(self, kind: Any, limit: int = FRAME_BYTES_MAX, timeout_s: float = SILENCE_S) -> Any:
        """The next message. `kind` is what it may be: a Struct, or a union of them. Raises WireError."""
        try:
            async with asyncio.timeout(timeout_s):
                length = int.from_bytes(await self._reader.readexactly(4), "big")
                if length > limit:
                    raise WireError(f"a message of {length} bytes")
                data = await self._reader.readexactly(length)
        except TimeoutError:
            raise WireError(f"silent for {timeout_s:.0f} s") from None
        except (asyncio.IncompleteReadError, OSError):
            raise WireError("the connection broke") from None
        try:
            return msgspec.msgpack.decode(data, type=kind)
        except (msgspec.DecodeError, RecursionError) as error:
            raise WireError(f"a message that is none: {error}") from error

    def close(self) -> None:
        self._writer.close()


async def admit(wire: Wire, secret: bytes) -> str:
    """The coordinator's side of the handshake: the worker's name. Raises WireError."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    await wire.send(Challenge(VERSION, nonce))
    answer: Answer = await wire.receive(Answer, HANDSHAKE_BYTES_MAX, HANDSHAKE_TIMEOUT_S)
    if len(answer.nonce) != NONCE_BYTES:
        raise WireError("a nonce of another length")
    if not hmac.compare_digest(answer.proof, _proof(secret, b"worker", nonce, answer.nonce)):
        raise WireError("another secret")
    await wire.send(Welcome(_proof(secret, b"coordinator", nonce, answer.nonce)))
    return "".join(character for character in answer.name[:60] if character.isprintable()) or "unnamed"


async def introduce(wire: Wire, secret: bytes, name: str) -> None:
    """The worker's side. Raises WireError."""
    challenge: Challenge = await wire.receive(Challenge, HANDSHAKE_BYTES_MAX, HANDSHAKE_TIMEOUT_S)
    if challenge.version != VERSION or len(challenge.nonce) != NONCE_BYTES:
        raise WireError(f"the coordinator speaks version {challenge.version}, this is {VERSION}")
    nonce = secrets.token_bytes(NONCE_BYTES)
    await wire.send(Answer(nonce, _proof(secret, b"worker", challenge.nonce, nonce), name))
    try:
        welcome: Welcome = await wire.receive(Welcome, HANDSHAKE_BYTES_MAX, HANDSHAKE_TIMEOUT_S)
    except WireError as error:
        raise WireError(
            f"not let in ({error}): is it the same secret, and is a worker still wanted?"
        ) from error
    if not hmac.compare_digest(welcome.proof, _proof(secret, b"coordinator", challenge.nonce, nonce)):
        raise WireError("the coordinator knows another secret")


def _proof(secret: bytes, role: bytes, coordinator: bytes, worker: bytes) -> bytes:
    return hmac.digest(secret, b"momentum-loadtest " + role + coordinator + worker, hashlib.sha256)


def read_secret(path: Path | None, environ: Mapping[str, str] = os.environ) -> bytes | None:
    """From a file, else the environment: never from the command line, which everybody on the machine can read. None:
    neither is there. Raises WireError if it is too short to keep anybody out."""
    if path is not None:
        try:
            secret = path.read_bytes().strip()
        except OSError as error:
            raise WireError(f"{path}: {error.strerror}") from error
    elif SECRET_VARIABLE in environ:
        secret = environ[SECRET_VARIABLE].strip().encode()
    else:
        return None
    if len(secret) < SECRET_BYTES_MIN:
        raise WireError(f"the secret has fewer than {SECRET_BYTES_MIN} bytes")
    return secret
