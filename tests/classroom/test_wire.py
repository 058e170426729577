"""The whole vocabulary: golden frames in both directions, and generated files that follow the structs."""

from __future__ import annotations

import json
from typing import Any, get_args

import msgpack
import msgspec
import pytest

from classroom import typescript
from classroom.wire import REGISTRY
from rooms.commands import Refusal, ServerCommand
from signaling import codec
from signaling.errors import CLOSE_CODES, ErrorCode
from signaling.messages import ErrorBody
from tests.golden import make_frames

GOLDEN: list[dict[str, Any]] = json.loads(
    make_frames.PATH.read_text(encoding="utf-8"), object_hook=make_frames.revive
)
NAMED = [pytest.param(bytes.fromhex(row["hex"]), row["frame"], id=str(row["frame"][:2])) for row in GOLDEN]
REQUESTS = [param for param, row in zip(NAMED, GOLDEN, strict=True) if row["from"] == "client"]
ANSWERS = [param for param, row in zip(NAMED, GOLDEN, strict=True) if row["from"] == "server"]


def test_the_golden_frames_are_what_the_structs_give() -> None:
    assert make_frames.PATH.read_text(encoding="utf-8") == make_frames.text(), (
        "run `python -m tests.golden.make_frames`, and say in docs/protocol.md what changed"
    )


def test_every_message_has_a_golden_frame() -> None:
    examples = {
        "requests": (make_frames.REQUESTS, REGISTRY.requests.values()),
        "events": (make_frames.EVENTS, REGISTRY.events.values()),
        "pushes": (make_frames.PUSHES, REGISTRY.pushes.values()),
        "replies": (make_frames.REPLIES, REGISTRY.replies.values()),
    }
    for kind, (shown, declared) in examples.items():
        assert {type(example) for example in shown} == set(declared), kind
    assert {*make_frames.ERRORS} == {*(code.value for code in ErrorCode), *get_args(Refusal)}


@pytest.mark.parametrize(("data", "frame"), NAMED)
def test_bytes_mean_what_they_meant(data: bytes, frame: list[Any]) -> None:
    assert msgpack.unpackb(data) == frame


@pytest.mark.parametrize(("data", "frame"), REQUESTS)
def test_requests_are_read_and_written(data: bytes, frame: list[Any]) -> None:
    ref, name, payload = codec.unpack_request(data)
    request = REGISTRY.request(name, payload)
    assert msgspec.convert({"type": name, **frame[2]}, type(request), builtin_types=codec.BINARY) == request
    assert codec.encode_request(ref, request) == data


@pytest.mark.parametrize(("data", "frame"), ANSWERS)
def test_what_the_server_sends_is_read_and_written(data: bytes, frame: list[Any]) -> None:
    match codec.decode_server_frame(data, REGISTRY):
        case codec.ReplyFrame(ref, result):
            assert ["ok", ref, result] == frame
        case codec.ErrorFrame(ref, ErrorBody(code=code, detail=detail)):
            assert codec.encode_error(ref, code, detail) == data
        case codec.EventFrame(seq, at_ms, event):
            assert codec.encode_event(seq, at_ms, event) == data
        case codec.PushFrame(push):
            assert codec.encode_push(push) == data


def test_replies_fit_their_types() -> None:
    for reply in make_frames.REPLIES:
        assert msgspec.convert(msgspec.to_builtins(reply), type(reply)) is not None


def test_the_servers_own_commands_are_not_on_the_wire() -> None:
    for command in get_args(ServerCommand):
        assert codec.tag_of(command) not in REGISTRY.requests


def test_close_codes_are_private_and_distinct() -> None:
    assert len(set(CLOSE_CODES.values())) == len(CLOSE_CODES)
    assert all(4000 <= number < 5000 for number in CLOSE_CODES.values())


def test_typescript_types_are_up_to_date() -> None:
    assert typescript.PATH.read_text(encoding="utf-8") == typescript.text(), (
        "run `python -m classroom.typescript`"
    )
    assert typescript.OPS_PATH.read_text(encoding="utf-8") == typescript.ops_text()


def test_check_tells_drift_from_agreement(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typescript, "PATH", tmp_path / "generated" / "protocol.ts")
    monkeypatch.setattr(typescript, "OPS_PATH", tmp_path / "generated" / "ops.ts")
    assert typescript.main(["--check"]) == 1
    assert typescript.main([]) == 0
    assert typescript.main(["--check"]) == 0
