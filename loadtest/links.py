"""How the rooms of a run are joined: made by a server in demo mode, one that is given, or a file of links."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

_HTTP_TIMEOUT_S = 10.0
_LINKS_FILE_MAX = 8 << 20


class ServerUnavailable(Exception):
    """There is no such server, or it makes no rooms for us; the message says what to do."""


class Links(Struct, frozen=True):
    """How a room is joined. `trainer` None: only the given link is known, everybody uses it."""

    trainer: str | None
    participant: str


def is_join_link(url: str) -> bool:
    return urlsplit(url).fragment.startswith("t=")


async def make_links(url: str, rooms: int) -> list[Links]:
    """Fresh demo rooms of the server at `url`, or the room that the join link `url` leads to. Raises ServerUnavailable."""
    if is_join_link(url):
        return [Links(None, url)] * rooms
    endpoint = url.rstrip("/") + "/api/demo/rooms"
    return [await asyncio.to_thread(_make_demo_room, endpoint) for _ in range(rooms)]


def read_links(path: Path) -> list[Links]:
    """A file with a line for each room: the trainer's link and the group's link, with white space between. Raises
    ServerUnavailable."""
    try:
        with path.open() as file:
            lines = file.read(_LINKS_FILE_MAX).splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ServerUnavailable(f"{path}: {error}") from error
    found = []
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) != 2 or not all(is_join_link(word) for word in words):
            raise ServerUnavailable(f"{path}, line {number}: not a trainer's and a group's join link")
        found.append(Links(words[0], words[1]))
    return found


def _make_demo_room(endpoint: str) -> Links:
    if urlsplit(endpoint).scheme not in ("http", "https"):
        raise ServerUnavailable(f"{endpoint}: not an http or https address")
    request = urllib.request.Request(endpoint, data=b"", method="POST")
    try:
        with urllib.request.urlopen(request, timeout=_HTTP_TIMEOUT_S) as response:
            made = json.load(response)
        return Links(made["trainer_link"], made["participant_link"])
    except urllib.error.HTTPError as error:
        raise ServerUnavailable(
            f"{endpoint} answered {error.code}: is the server running in demo mode? "
            "Otherwise give a group join link as --url, or a file of links as --links."
        ) from error
    except OSError as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise ServerUnavailable(f"no server at {endpoint}: {reason}. Start one with `make run`.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ServerUnavailable(
            f"{endpoint} did not answer with a demo room: is it this project's?"
        ) from error
