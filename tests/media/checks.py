"""STUN checks as browsers send them, made by hand for tests."""

from __future__ import annotations

from aioice.stun import Class, Message, Method

from classroom.media.ice import Credentials


def check(
    local: Credentials,
    theirs: str,
    *,
    nominate: bool = False,
    role: str = "ICE-CONTROLLING",
    password: str | None = None,
) -> Message:
    """A signed Binding request from a peer whose ufrag is `theirs` to us, who are `local`."""
    attributes: dict[str, object] = {"USERNAME": f"{local.ufrag}:{theirs}", role: 0x1122334455667788}
    if nominate:
        attributes["USE-CANDIDATE"] = None
    attributes["PRIORITY"] = 1853824767
    message = Message(Method.BINDING, Class.REQUEST, attributes=attributes)
    message.add_message_integrity((password or local.password).encode())
    return message
