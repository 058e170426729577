"""tests/golden/room_traces.json is up to date, complete, and folds as it says."""

from __future__ import annotations

import json
from typing import Any, get_args

import msgspec
import pytest

from rooms.events import ViewedEvent
from rooms.model import Snapshot
from rooms.views import fold
from tests.golden.make_room_traces import FILE, text

TRACES: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))


def test_the_file_is_what_the_script_writes() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "run: python -m tests.golden.make_room_traces"


def test_every_type_of_event_occurs() -> None:
    occurring = {kind for trace in TRACES for _, _, kind, _ in trace["events"]}
    assert occurring == {event.__struct_config__.tag for event in get_args(ViewedEvent)}


@pytest.mark.parametrize("trace", TRACES, ids=[trace["name"] for trace in TRACES])
def test_the_reference_reducer_reaches_the_snapshot_after(trace: dict[str, Any]) -> None:
    shown = msgspec.convert(trace["before"], Snapshot)
    for seq, _, kind, payload in trace["events"]:
        event: ViewedEvent = msgspec.convert({"type": kind, **payload}, ViewedEvent)
        shown = fold(shown, seq, event)
    assert shown == msgspec.convert(trace["after"], Snapshot)
