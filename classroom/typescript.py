"""Writes the client's protocol types: `python -m classroom.typescript` (with `--check`: fails if the file
would change)."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path
from types import ModuleType
from typing import get_args

from classroom import wire
from classroom.ops import access, actions, person, timeline, trouble, views
from rooms import activities, commands, events, model
from rooms.commands import chat
from rooms.events import activities as activity_events
from rooms.events import turns as turn_events
from rooms.state import Limits as RoomLimits
from signaling import captions, errors, limits, messages, notes, typescript
from signaling.codec import Registry
from signaling.connection import SILENCE_FACTOR

GENERATED = Path(__file__).parent.parent / "client" / "src" / "generated"
PATH = GENERATED / "protocol.ts"
OPS_PATH = GENERATED / "ops.ts"
SHARED_WITH_OPS = ("Layer", "MediaPath", "MediaWay", "PublicationKind", "QualityReason", "Rating", "Role")


def text() -> str:
    """What the file must say."""
    return typescript.generate(
        wire.REGISTRY,
        typescript.Source(
            modules=(
                model,
                activities,
                *_with_parts(commands),
                *_with_parts(events),
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
                "CHAT_CHANGE_MS": RoomLimits().chat_change_ms,
                "MAX_MENTIONS": chat.MAX_MENTIONS,
                "MAX_IMAGES": chat.MAX_IMAGES,
                "MAX_ALT_CHARS": chat.MAX_ALT_CHARS,
                "CLOSE_CODES": {code.value: number for code, number in errors.CLOSE_CODES.items()},
            },
            unions={
                "SessionRequest": get_args(messages.SessionRequest),
                "WireCommand": get_args(commands.WireCommand),
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


def ops_text() -> str:
    """What the ops page's file must say."""
    return typescript.generate(
        Registry.of(requests=(), events=(), pushes=(), replies={}),
        typescript.Source(
            modules=(access, person, timeline, trouble, actions, views),
            extra=(
                views.Overview,
                views.RoomView,
                views.PersonView,
                actions.Done,
                *get_args(actions.Action),
            ),
            opaque="unknown",
            constants={"MESSAGE_CHARS": actions.MESSAGE_CHARS},
            unions={"Action": get_args(actions.Action)},
            command="python -m classroom.typescript",
            about="What the ops page is given, and may ask for.",
            prose="classroom/ops/api.py, docs/operations.md",
            imports={"./protocol": SHARED_WITH_OPS},
        ),
    )


def _with_parts(package: ModuleType) -> tuple[ModuleType, ...]:
    """A package and its modules, in the order of their names."""
    names = sorted(info.name for info in pkgutil.iter_modules(package.__path__))
    return (package, *(importlib.import_module(f"{package.__name__}.{name}") for name in names))


def main(arguments: list[str]) -> int:
    wanted = {PATH: text(), OPS_PATH: ops_text()}
    if arguments == ["--check"]:
        agree = all(
            path.exists() and path.read_text(encoding="utf-8") == said for path, said in wanted.items()
        )
        return 0 if agree else 1
    for path, said in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(said, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
