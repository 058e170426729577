"""docs/protocol.md names everything that exists, and its bytes are real."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import msgpack
import pytest

from classroom.wire import REGISTRY
from rooms.commands import Refusal
from rooms.model import Role
from signaling import limits
from signaling.errors import CLOSE_CODES, ErrorCode
from signaling.limits import SessionLimits
from signaling.messages import PROTOCOL_VERSION
from signaling.tokens import AUDIENCE, ISSUER

DOC = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
REFERENCE = dict(re.findall(r"^## Reference: (\w+)\n(.*?)(?=^## )", DOC, re.MULTILINE | re.DOTALL))
EXAMPLES = re.findall(r"^[CS] ([0-9a-f ]+)\n  (.+)$", DOC, re.MULTILINE)


def first_cells(section: str) -> set[str]:
    """Every `word` in the first column of the tables of a reference section."""
    rows = re.findall(r"^\| ([^|]*) \|", REFERENCE[section], re.MULTILINE)
    return {word for row in rows for word in re.findall(r"`([a-z_.]+)`", row)}


def row_of(section: str, name: str) -> str:
    lines: list[str] = REFERENCE[section].splitlines()
    return next(line for line in lines if line.startswith(f"| `{name}` |"))


def test_every_message_and_code_has_its_row_and_nothing_else_has() -> None:
    assert first_cells("requests") == set(REGISTRY.requests)
    assert first_cells("events") == set(REGISTRY.events)
    assert first_cells("pushes") == set(REGISTRY.pushes)
    assert first_cells("errors") == {code.value for code in ErrorCode} | set(get_args(Refusal))


@pytest.mark.parametrize("kind", ["requests", "events", "pushes"])
def test_every_field_is_named_in_its_row(kind: str) -> None:
    for name, struct in getattr(REGISTRY, kind).items():
        for field in struct.__struct_fields__:
            assert f"`{field}`" in row_of(kind, name), (name, field)


def test_replies_of_their_own_are_named() -> None:
    for name, reply in REGISTRY.replies.items():
        if reply.__name__ != "Done":
            assert f"`{reply.__name__}`" in row_of("requests", name)


def test_close_codes_are_right() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \| (4\d\d\d) \|", REFERENCE["errors"], re.MULTILINE)
    assert {code: int(number) for code, number in rows} == {c.value: n for c, n in CLOSE_CODES.items()}


def test_numbers_are_the_defaults() -> None:
    defaults = SessionLimits()
    text = " ".join(DOC.split())
    for said in (
        f"Protocol version: **{PROTOCOL_VERSION}**",
        f"{limits.MAX_FRAME_BYTES:,} bytes (`limits.frame_bytes`)",
        f"{limits.MAX_DEPTH}; {limits.MAX_ITEMS}; {limits.MAX_STRING_BYTES:,}",
        f"{defaults.requests_per_s:g}/s on average (`limits.requests_per_s`)",
        f"bursts of {defaults.request_burst:g}",
        f"{defaults.errors_per_s:g}/s on average, bursts of {defaults.error_burst:g}",
        f"{defaults.unanswered_requests} (`limits.unanswered_requests`)",
        f"the last {defaults.remembered_replies} replies",
        f"{defaults.outbox_frames:,} frames, {defaults.outbox_bytes >> 20} MiB",
        f"the last {defaults.history_events}, {defaults.history_bytes >> 20} MiB",
        f"| a session without a socket | {defaults.resume_window_s / 60:g} minutes |",
        f"| sessions of a server | {defaults.sessions:,} |",
        f"`heartbeat_s` seconds ({defaults.heartbeat_s:g} by default)",
        f"within {defaults.hello_timeout_s:g} seconds",
        f"`{ISSUER}`, `{AUDIENCE}`",
        *(f"`{role}`" for role in get_args(Role)),
    ):
        assert said in text, said


def test_the_example_bytes_are_what_is_written_beside_them() -> None:
    assert len(EXAMPLES) > 10
    for bytes_, meaning in EXAMPLES:
        frame = json.loads(meaning)
        assert msgpack.unpackb(bytes.fromhex(bytes_)) == frame
        assert msgpack.packb(frame) == bytes.fromhex(bytes_)


def test_the_contents_lead_somewhere() -> None:
    anchors = {
        re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", DOC, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", DOC)) <= anchors
