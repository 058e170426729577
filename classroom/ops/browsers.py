"""What a client says of itself in its hello: `name/version (browser; system; device)`. Anybody may say anything there."""

from __future__ import annotations

import re
from typing import Final

DESCRIBED: Final = re.compile(r"[\w.-]+/[\w.-]+ \(([\w .-]{1,32}(?:; [\w .-]{1,32}){0,2})\)", re.ASCII)


def coarse_browser(client: str) -> str:
    """ "Chrome 130; Android; phone"; empty if it is not said so."""
    found = DESCRIBED.fullmatch(client)
    return "" if found is None else found.group(1)
