"""The secret of a data folder, the links made with it, and TURN credentials."""

from __future__ import annotations

import base64
import hashlib
import hmac
import stat
from pathlib import Path

import pytest

from classroom import invitations, keys
from classroom.config import load
from classroom.turn import LIFETIME_S, ice_servers
from signaling.tokens import verify


def test_the_key_is_made_once_and_kept(tmp_path: Path) -> None:
    first = keys.load_or_create(tmp_path / "deep")
    assert keys.load_or_create(tmp_path / "deep") == first
    assert len(first.keys[first.current]) == keys.KEY_BYTES
    path = tmp_path / "deep" / keys.FILE_NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == [keys.FILE_NAME], "no drafts are left"
    assert keys.load_or_create(tmp_path / "other") != first


def test_a_damaged_key_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / keys.FILE_NAME
    for wrong in (
        b"",
        b"{}",
        b'{"current": "a", "keys": {}}',
        b'{"current": "a", "keys": {"a": "c2hvcnQ="}}',
    ):
        path.write_bytes(wrong)
        with pytest.raises(keys.KeysUnusable):
            keys.load_or_create(tmp_path)
        assert path.read_bytes() == wrong


def test_a_link_hides_its_token_in_the_fragment(tmp_path: Path) -> None:
    ring = keys.load_or_create(tmp_path)
    invitation = invitations.personal("r1", "Web", "trainer", "Tara", now_s=1_000)
    address, _, token = invitations.link("https://class.example", invitation, ring).partition("#t=")
    assert address == "https://class.example/join"
    assert verify(token, ring, 1_000) == invitation


def test_people_of_one_name_get_seats_of_their_own() -> None:
    first, second = (invitations.personal("r1", "", "participant", "Ana", now_s=0) for _ in range(2))
    assert first.seat != second.seat
    assert first.jti != second.jti


def test_turn_credentials_end_by_themselves() -> None:
    config = load({"TURN_URLS": "turn:t.example:3478", "TURN_SECRET": "s3cret"})
    (server,) = ice_servers(config, "p-1", 1_000.9)
    assert server.urls == ("turn:t.example:3478",)
    assert server.username == f"{1_000 + LIFETIME_S}:p-1"
    expected = hmac.new(b"s3cret", server.username.encode(), hashlib.sha1).digest()
    assert base64.b64decode(server.credential or "") == expected
    assert ice_servers(load({}), "p-1", 0.0) == ()
