"""TURN credentials that end by themselves: the REST scheme that coturn calls `use-auth-secret`
(draft-uberti-behave-turn-rest-00)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

from classroom.config import Config
from signaling.messages import IceServer

LIFETIME_S: Final = 600
"""For starting to use them; an allocation that exists goes on."""


def ice_servers(config: Config, participant_id: str, now_s: float) -> tuple[IceServer, ...]:
    """What a participant's browser is told: nothing, unless TURN_URLS is set."""
    if not config.turn_urls or config.turn_secret is None:
        return ()
    username = f"{int(now_s) + LIFETIME_S}:{participant_id}"
    digest = hmac.new(config.turn_secret.encode(), username.encode(), hashlib.sha1).digest()
    return (
        IceServer(urls=config.turn_urls, username=username, credential=base64.b64encode(digest).decode()),
    )
