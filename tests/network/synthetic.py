"""A synthetic participant (loadtest) in a process of its own, so that it can live on another host, under remote control.

It reads commands from its standard input, one per line, and answers each with one line of JSON:

    begin            forget what was heard and seen so far
    end RTT_MS       what was heard and seen since `begin`
    speak on|off     whether its microphone sends speech
    rejoin           loses everything and joins again; seconds until somebody is heard
    quit
"""

from __future__ import annotations

import asyncio
import json
import pickle
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from loadtest.kept_media import prepared_media
from loadtest.media import Media
from loadtest.pacer import Pacer
from loadtest.participant import Participant
from loadtest.receiver import SlotReceiver
from tests.network.witness import Ear, Eye
from tests.support.server import ROOT

REPLY_TIMEOUT_S = 60.0


class Listener:
    """Taps every slot of a participant."""

    def __init__(self) -> None:
        self.ears: dict[int, Ear] = {}
        self.eyes: dict[str, Eye] = {}
        self.bytes = 0
        self.repaired = 0
        self._began_s = time.time()

    def begin(self) -> None:
        """Pictures are kept: they build on what came before."""
        self.ears.clear()
        self.bytes = 0
        self._began_s = time.time()

    def packet(self, slot: SlotReceiver, header: bytes, payload: bytes, arrived_ns: int) -> None:
        self.bytes += len(header) + len(payload)
        if slot.media == "audio":
            if slot.publisher is not None:
                ear = self.ears.setdefault(slot.publisher, Ear(round(self._began_s * 1e9)))
                ear.packet(header[1] & 0x7F, payload, arrived_ns)
        elif payload:
            self.eyes.setdefault(slot.name, Eye()).packet(header, payload, arrived_ns)

    def report(self, round_trip_s: float) -> dict[str, Any]:
        now_s = time.time()
        # What is on its way at the end is not lost yet.
        end_s = now_s - 2 * round_trip_s - 0.3
        return {
            "seconds": now_s - self._began_s,
            "kbps": self.bytes * 8 / 1000 / (now_s - self._began_s),
            "audio": {str(who): ear.report(round_trip_s) for who, ear in self.ears.items()},
            "video": {
                name: eye.report(self._began_s, end_s, round_trip_s) for name, eye in self.eyes.items()
            },
        }


async def serve(prepared: Media, link: str, name: str, number: int, voice: bool) -> None:
    pacer = Pacer()
    directory: dict[int, str] = {}
    listener = Listener()

    def person() -> Participant:
        return Participant(
            number=number, name=name, role="participant", link=link, directory=directory, media=prepared,
            pacer=pacer, voice=voice, microphone_on=True, screen=(1280, 720),
        )  # fmt: skip

    async def join(made: Participant) -> None:
        if not await made.join():
            raise SystemExit("; ".join(made.measured.errors))
        for slot in made.peer.slots.values():
            slot.tap = listener.packet
        made.peer.watch(True)

    participant = person()
    await join(participant)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    _say({"joined_ms": participant.measured.join_ms})
    while line := (await reader.readline()).decode().split():
        match line:
            case ["begin"]:
                listener.begin()
                _say({})
            case ["end", round_trip_ms]:
                _say(listener.report(float(round_trip_ms) / 1000))
            case ["speak", state]:
                assert participant.peer.microphone is not None
                participant.peer.microphone.on = state == "on"
                _say({})
            case ["rejoin"]:
                participant.peer.close()
                with suppress(Exception):
                    await participant.leave()
                listener.begin()
                participant = person()
                await join(participant)
                while participant.measured.first_audio_ms is None:  # noqa: ASYNC110 - told by a callback of the load test
                    await asyncio.sleep(0.005)
                _say({"audio_ms": participant.measured.first_audio_ms})
            case _:
                break
    await participant.leave()
    pacer.close()


def _say(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


def save_clips(path: Path) -> None:
    """What everybody says and shows, encoded once for all: that takes seconds."""
    if not path.exists():
        path.write_bytes(pickle.dumps(prepared_media()))


class SyntheticPerson:
    """The other end of that: starts the process with a command prefix (a host) and talks to it."""

    def __init__(
        self,
        prefix: Sequence[str],
        clips: Path,
        link: str,
        name: str,
        number: int,
        *,
        voice: bool = True,
    ) -> None:
        """`clips`: as `save_clips` made them."""
        arguments = [sys.executable, "-m", "tests.network.synthetic"]
        arguments += [str(clips), link, name, str(number), str(int(voice))]
        self._process = subprocess.Popen(
            [*prefix, *arguments], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.number = number

    def joined(self) -> float:
        """Waits until it is in the room; milliseconds that joining took."""
        return float(self._answer()["joined_ms"])

    def begin(self) -> None:
        self._ask("begin")

    def end(self, round_trip_ms: float) -> dict[str, Any]:
        return self._ask(f"end {round_trip_ms}")

    def speak(self, on: bool) -> None:
        self._ask(f"speak {'on' if on else 'off'}")

    def rejoin(self) -> float:
        """Milliseconds to the first sound."""
        return float(self._ask("rejoin")["audio_ms"])

    def close(self) -> None:
        if self._process.poll() is None:
            with suppress(OSError):
                self._process.communicate("quit\n", timeout=20)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _ask(self, command: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(f"the synthetic participant {self.number} ended")
        answer: dict[str, Any] = json.loads(line)
        return answer


if __name__ == "__main__":
    clips = pickle.loads(Path(sys.argv[1]).read_bytes())
    asyncio.run(serve(clips, sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5] == "1"))
