"""Backups that are damaged, foreign or too new are refused, before anything is touched."""

from __future__ import annotations

import gzip
import io
import os
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from classroom import invitations, keys
from classroom.backup import archive
from classroom.backup.archive import BackupProblem
from classroom.backup.restore import put_in_place
from classroom.journal.sqlite import SqliteJournal
from classroom.notes.sqlite import SqliteNotes

IMAGE = "chat-images/0123456789abcdef0123456789abcdef/picture-1"
NOW_MS = 1_795_000_000_000


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """A data folder with a room, keys, notes and an image."""
    folder = tmp_path / "data"
    journal = SqliteJournal(folder / "classroom.sqlite3")
    await invitations.create_room(journal, "room-1", "Web", 16)
    await journal.close()
    await SqliteNotes(folder / "notes.sqlite3").close()
    keys.load_or_create(folder)
    (folder / IMAGE).parent.mkdir(parents=True)
    (folder / IMAGE).write_bytes(b"a picture")
    (folder / f"{IMAGE}.part").write_bytes(b"half a pic")
    return folder


@pytest.fixture
def backup(data: Path, tmp_path: Path) -> Path:
    file = tmp_path / "backup.tar.gz"
    archive.write(data, file, made_at_ms=NOW_MS, version="0.1.0")
    return file


def test_it_holds_everything_and_its_owner_alone_reads_it(data: Path, backup: Path, tmp_path: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    with archive.unpacked(backup, tmp_path / "new") as (manifest, folder):
        assert set(manifest.files) == {"classroom.sqlite3", "notes.sqlite3", "keys.json", IMAGE}
        assert manifest.rooms == 1
        assert (folder / "keys.json").read_bytes() == (data / "keys.json").read_bytes()
        assert (folder / IMAGE).read_bytes() == b"a picture"
        put_in_place(folder, manifest, tmp_path / "new", None)
    assert {path.name for path in (tmp_path / "new").iterdir()} == {
        "classroom.sqlite3",
        "notes.sqlite3",
        "keys.json",
        "chat-images",
    }
    assert (tmp_path / "new" / "keys.json").stat().st_mode & 0o777 == 0o600


def test_it_overwrites_nothing(data: Path, backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(BackupProblem, match="exists already"):
        archive.write(data, backup, made_at_ms=NOW_MS, version="0.1.0")
    assert backup.read_bytes() == before


def test_an_empty_folder_is_not_worth_a_backup(tmp_path: Path) -> None:
    with pytest.raises(BackupProblem, match="nothing to back up"):
        archive.write(tmp_path, tmp_path / "backup", made_at_ms=NOW_MS, version="0.1.0")


def test_what_is_there_is_moved_aside_only_when_that_is_said(
    data: Path, backup: Path, tmp_path: Path
) -> None:
    (data / "classroom.sqlite3-wal").write_bytes(b"of the old one")
    aside = data / "aside"
    with archive.unpacked(backup, data) as (manifest, folder):
        with pytest.raises(BackupProblem, match="has data already"):
            put_in_place(folder, manifest, data, None)
        put_in_place(folder, manifest, data, aside)
    assert not (data / "classroom.sqlite3-wal").exists(), "SQLite would apply it to the restored database"
    assert (aside / "classroom.sqlite3-wal").read_bytes() == b"of the old one"
    assert (aside / "keys.json").exists()
    assert (data / IMAGE).exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_restored_by_root_the_files_are_the_servers(backup: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    os.chown(new, 65532, 65532)
    with archive.unpacked(backup, new) as (manifest, folder):
        put_in_place(folder, manifest, new, None)
    assert {path.stat().st_uid for path in new.rglob("*")} == {65532}


def refused(file: Path, near: Path) -> str:
    with pytest.raises(BackupProblem) as caught, archive.unpacked(file, near):
        pass
    assert not list(near.glob(".classroom-restore-*")), "nothing is left behind"
    return str(caught.value)


def remade(backup: Path, **changed: bytes | None) -> Path:
    """The same archive with members changed, or left out (None)."""
    file = backup.with_name("changed.tar.gz")
    with tarfile.open(backup) as old, tarfile.open(file, "w:gz") as new:
        for member in old:
            content = old.extractfile(member)
            assert content is not None
            data = changed.get(member.name.replace(".", "_"), content.read())
            if data is not None:
                member.size = len(data)
                new.addfile(member, io.BytesIO(data))
    return file


@pytest.mark.parametrize("share", [0.2, 0.6, 0.98])
def test_half_a_backup(backup: Path, tmp_path: Path, share: float) -> None:
    data = backup.read_bytes()
    backup.write_bytes(data[: int(len(data) * share)])
    assert "damaged" in refused(backup, tmp_path / "new")


def test_other_files(backup: Path, tmp_path: Path) -> None:
    for content in (b"hello", gzip.compress(b"hello"), b""):
        backup.write_bytes(content)
        assert "no backup" in refused(backup, tmp_path / "new")


def test_a_changed_file_and_a_missing_one(backup: Path, tmp_path: Path) -> None:
    assert "keys.json is not what" in refused(remade(backup, keys_json=b"{}"), tmp_path / "new")
    assert "notes.sqlite3 is not what" in refused(remade(backup, notes_sqlite3=None), tmp_path / "new")
    assert "never finished" in refused(remade(backup, manifest_json=None), tmp_path / "new")


@pytest.mark.parametrize("name", ["../keys.json", "/etc/passwd", "chat-images/../../x", "server.lock"])
def test_names_that_lead_elsewhere(backup: Path, tmp_path: Path, name: str) -> None:
    with tarfile.open(backup, "w:gz") as hostile:
        hostile.addfile(tarfile.TarInfo(name), io.BytesIO())
    assert "does not belong" in refused(backup, tmp_path / "new")


def test_links_do_not_come_out(backup: Path, tmp_path: Path) -> None:
    with tarfile.open(backup, "w:gz") as hostile:
        link = tarfile.TarInfo("keys.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        hostile.addfile(link)
    assert "does not belong" in refused(backup, tmp_path / "new")


def test_a_newer_format_and_a_newer_database(data: Path, backup: Path, tmp_path: Path) -> None:
    later = msgspec.json.encode({"format": 2, "version": "3.0.0", "parts": []})
    said = refused(remade(backup, manifest_json=later), tmp_path / "new")
    assert "format 2" in said
    assert "3.0.0" in said
    with closing(sqlite3.connect(data / "classroom.sqlite3")) as database:
        database.execute("PRAGMA user_version = 99")
    newer = tmp_path / "newer.tar.gz"
    archive.write(data, newer, made_at_ms=NOW_MS, version="3.0.0")
    assert "newer version (3.0.0)" in refused(newer, tmp_path / "new")
