"""One room under load: makes it, fills it, and rotates its pairs."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlsplit

from loadtest.media import Media
from loadtest.moves import MoveKind
from loadtest.options import Options
from loadtest.pacer import Pacer
from loadtest.participant import Participant
from loadtest.session import SessionError

_HTTP_TIMEOUT_S = 10.0


class ServerUnavailable(Exception):
    """There is no such server, or it makes no rooms for us; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Links:
    """How a room is joined. `trainer` None: only the given link is known, everybody uses it."""

    trainer: str | None
    participant: str


def is_join_link(url: str) -> bool:
    return urlsplit(url).fragment.startswith("t=")


async def make_links(url: str) -> Links:
    """A fresh demo room of the server at `url`, or the room that the join link `url` leads to."""
    if is_join_link(url):
        return Links(None, url)
    return await asyncio.to_thread(_make_demo_room, url.rstrip("/") + "/api/demo/rooms")


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
            "Otherwise give a group join link as --url."
        ) from error
    except OSError as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise ServerUnavailable(f"no server at {endpoint}: {reason}. Start one with `make run`.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ServerUnavailable(
            f"{endpoint} did not answer with a demo room: is it this project's?"
        ) from error


class Room:
    """`first_number`: of its first participant; numbers are unique in a run."""

    def __init__(
        self, index: int, links: Links, options: Options, first_number: int, media: Media, pacer: Pacer
    ) -> None:
        self.index = index
        self._options = options
        directory: dict[int, str] = {}
        self.participants = [
            Participant(
                number=first_number + seat,
                name=f"{'Trainer' if seat == 0 else 'Participant'} {first_number + seat + 1}",
                role="trainer" if seat == 0 and links.trainer else "participant",
                link=links.trainer if seat == 0 and links.trainer else links.participant,
                directory=directory,
                media=media,
                pacer=pacer,
                voice=seat < options.voices,
                screen=options.screen,
                microphone_on=options.breakouts or seat < options.voices,
            )
            for seat in range(options.participants)
        ]

    async def fill(self) -> None:
        """Everybody joins, one after another started, the trainer first."""
        joining = []
        for participant in self.participants:
            joining.append(asyncio.create_task(participant.join()))
            await asyncio.sleep(self._options.stagger_s)
        await asyncio.gather(*joining)

    async def rotate_pairs(self, until: float, clock: Pacer) -> None:
        """Opens pairs, rotates them, and closes, `move_every_s` apart.

        The trainer fills in for an odd person.
        """
        every = self._options.move_every_s
        await asyncio.sleep(every)
        opened = await self._move("open", "breakouts.open", {"plan": {"mode": "pairs", "odd": "trainer"}})
        while opened and clock.now() + 2 * every < until:
            await asyncio.sleep(every)
            opened = await self._move("rotate", "breakouts.rotate", {})
        await asyncio.sleep(every)
        if opened:
            await self._move("close", "breakouts.close", {})

    async def _move(self, kind: MoveKind, command: str, payload: dict[str, object]) -> bool:
        trainer = self.participants[0]
        now_ns = time.time_ns()
        for participant in self.participants:
            participant.begin_move(kind, now_ns)
        try:
            await trainer.session.request(command, payload)
        except SessionError as error:
            trainer.note_error(f"{command} failed: {error}")
            return False
        return True

    def end_moves(self) -> None:
        for participant in self.participants:
            participant.end_move()

    def stop_sending(self) -> None:
        for participant in self.participants:
            participant.stop_sending()

    async def empty(self) -> None:
        await asyncio.gather(*(participant.leave() for participant in self.participants))
