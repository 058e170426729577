"""Clips are made once on a machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from loadtest import kept_media
from loadtest.media import Media


@pytest.fixture
def made(media: Media, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often clips were made; the session's are given, as making them takes ten seconds."""
    times: list[int] = []

    def make() -> Media:
        times.append(1)
        return media

    monkeypatch.setattr("loadtest.media.load_media", make)
    return times


def test_made_once_and_then_the_same(media: Media, made: list[int], tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "deep"
    assert kept_media.kept_media(folder) == kept_media.kept_media(folder) == media
    assert len(made) == 1
    assert [path.suffix for path in folder.iterdir()] == [".msgpack"]


@pytest.mark.parametrize("rubbish", [b"", b"\xc1", b"\x93\x90\x90\x90"])
def test_what_is_broken_is_made_anew(rubbish: bytes, media: Media, made: list[int], tmp_path: Path) -> None:
    kept_media.kept_media(tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(rubbish)
    assert kept_media.kept_media(tmp_path) == media
    assert len(made) == 2
    assert kept_media.kept_media(tmp_path) == media
    assert len(made) == 2


def test_a_folder_that_cannot_be_written_is_no_obstacle(
    media: Media, made: list[int], tmp_path: Path
) -> None:
    occupied = tmp_path / "file"
    occupied.touch()
    assert kept_media.kept_media(occupied) == media
    assert len(made) == 1


def test_other_speech_is_another_clip(
    made: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_media.kept_media(tmp_path)
    speech = tmp_path / "speech.opus"
    speech.write_bytes(b"other")
    monkeypatch.setattr(kept_media, "SPEECH", speech)
    kept_media.kept_media(tmp_path)
    assert len(made) == 2
