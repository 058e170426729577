"""Writes the client's protocol types: `python -m classroom.typescript` (with `--check`: fails if the file
would change)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import get_args

from classroom import wire
from rooms import activities, commands, events, model
from rooms.commands import activities as activity_commands
from rooms.commands import glossary as glossary_commands
from rooms.commands import moderation as moderation_commands
from rooms.commands import turns as turn_commands
from rooms.events import activities as activity_events
from rooms.events import glossary as glossary_events
from rooms.events import moderation as moderation_events
from rooms.events import turns as turn_events
from signaling import captions, errors, limits, messages, notes, typescript
from signaling.connection import SILENCE_FACTOR

PATH = Path(__file__).parent.parent / "client" / "src" / "generated" / "protocol.ts"


def text() -> str:
    """What the file must say."""
    return typescript.generate(
        wire.REGISTRY,
        typescript.Source(
            modules=(
                model,
                activities,
                commands,
                turn_commands,
                activity_commands,
                moderation_commands,
                events,
                turn_events,
                activity_events,
                glossary_commands,
                glossary_events,
                moderation_events,
                messages,
                notes,
                captions,
                errors,
                wire,
            ),
            extra=(messages.ErrorBody, model.Snapshot),
            opaque=model.Snapshot.__name__,
            constants={
                "PROTOCOL_VERSION": messages.PROTOCOL_VERSION,
                "MAX_FRAME_BYTES": limits.MAX_FRAME_BYTES,
                "SILENCE_FACTOR": SILENCE_FACTOR,
                "ROOM_NOTE": notes.ROOM_NOTE,
                "MAX_UPDATE_BYTES": notes.MAX_UPDATE_BYTES,
                "CAPTION_CHARS": captions.CAPTION_CHARS,
                "CLOSE_CODES": {code.value: number for code, number in errors.CLOSE_CODES.items()},
            },
            unions={
                "SessionRequest": get_args(messages.SessionRequest),
                "WireCommand": get_args(commands.WireCommand),
                "AnyEvent": get_args(events.AnyEvent),
                "ViewedEvent": get_args(events.ViewedEvent),
                "TurnEvent": get_args(turn_events.TurnEvent),
                "ActivityEvent": get_args(activity_events.ActivityEvent),
                "NotesPush": get_args(notes.NotesPush),
                "CaptionsPush": get_args(captions.CaptionsPush),
                "SessionPush": (
                    *get_args(messages.SessionPush),
                    *get_args(notes.NotesPush),
                    *get_args(captions.CaptionsPush),
                ),
            },
            command="python -m classroom.typescript",
        ),
    )


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        current = PATH.read_text(encoding="utf-8") if PATH.exists() else ""
        return 0 if current == text() else 1
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
