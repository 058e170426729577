"""A backup: one compressed tar file with everything that a node keeps in DATA_DIR, and a manifest that says what belongs to it.

Made while a server writes: each database is copied by SQLite's own backup in one step, which is one state of it. The journal
goes first and the images last: an image is on the disk before the journal speaks of it. The manifest is written at the end: an
archive without it was never finished.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import msgspec

from classroom import keys
from classroom.journal import sqlite as journal
from classroom.notes import sqlite as notes
from classroom.records import sqlite as records

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DATABASES: Final = {
    "classroom.sqlite3": journal.SCHEMA_VERSION,
    "notes.sqlite3": notes.SCHEMA_VERSION,
    "records.sqlite3": records.SCHEMA_VERSION,
}
"""In the order in which they are copied; the newest schema that this version reads."""
IMAGES: Final = "chat-images"
IMAGE_NAME: Final = re.compile(rf"{IMAGES}/[0-9a-f]{{32}}/[A-Za-z0-9_-]{{1,64}}")
CHUNK: Final = 1 << 20


class BackupProblem(Exception):
    """The text says what is wrong with the file or the folder, and what to do."""


class Entry(msgspec.Struct, frozen=True):
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    format: int
    made_at_ms: int
    version: str
    """Of the classroom that made it."""
    rooms: int
    files: dict[str, Entry]

    @property
    def size(self) -> int:
        return sum(entry.bytes for entry in self.files.values())


def write(data_dir: Path, target: Path, *, made_at_ms: int, version: str) -> Manifest:
    """Backs up `data_dir` into `target`, which must not exist; whole or not at all, readable by its owner alone.
    Raises BackupProblem, OSError."""
    if target.exists():
        raise BackupProblem(f"{target} exists already. Name a new file.")
    if not (data_dir / "classroom.sqlite3").exists():
        raise BackupProblem(f"There is nothing to back up in {data_dir}. Check DATA_DIR.")
    with tempfile.TemporaryDirectory(prefix=".classroom-backup-", dir=target.parent) as scratch:
        draft = Path(scratch) / "draft"
        files: dict[str, Entry] = {}
        with tarfile.open(draft, "w:gz", compresslevel=6) as archive:
            rooms = 0
            for name in DATABASES:
                if (data_dir / name).exists():
                    copy = Path(scratch) / name
                    _copy_database(data_dir / name, copy)
                    rooms += _rooms(copy) if name == "classroom.sqlite3" else 0
                    files[name] = _add(archive, name, copy.read_bytes(), made_at_ms)
                    copy.unlink()
            if (data_dir / keys.FILE_NAME).exists():
                kept = (data_dir / keys.FILE_NAME).read_bytes()
                files[keys.FILE_NAME] = _add(archive, keys.FILE_NAME, kept, made_at_ms)
            for name, data in _images(data_dir):
                files[name] = _add(archive, name, data, made_at_ms)
            manifest = Manifest(FORMAT, made_at_ms, version, rooms, files)
            _add(archive, MANIFEST, msgspec.json.encode(manifest), made_at_ms)
        draft.chmod(0o600)
        with draft.open("rb") as finished:
            os.fsync(finished.fileno())
        os.link(draft, target)  # refused if it is there meanwhile
    return manifest


@contextmanager
def unpacked(source: Path, near: Path) -> Iterator[tuple[Manifest, Path]]:
    """The manifest of a backup, and a folder inside `near` with all of its files, each checked; the folder goes at the end,
    with what is still in it. Raises BackupProblem, OSError."""
    near.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".classroom-restore-", dir=near) as scratch:
        folder = Path(scratch)
        try:
            with tarfile.open(source, "r:gz") as archive:
                found = {member.name: _extract(archive, member, folder) for member in archive}
        except (tarfile.TarError, EOFError, zlib.error) as problem:
            raise BackupProblem(f"{source} is damaged, or no backup: {problem}.") from problem
        manifest = _manifest(source, folder)
        del found[MANIFEST]
        if found != manifest.files:
            wrong = sorted(
                name for name in found | manifest.files if found.get(name) != manifest.files.get(name)
            )
            raise BackupProblem(f"{source} is damaged: {', '.join(wrong[:3])} is not what the manifest says.")
        _check(folder, manifest)
        yield manifest, folder


def _manifest(source: Path, folder: Path) -> Manifest:
    try:
        data = (folder / MANIFEST).read_bytes()
        (folder / MANIFEST).unlink()
        stated = msgspec.json.decode(data, type=dict)
    except (FileNotFoundError, msgspec.DecodeError):
        raise BackupProblem(f"{source} was never finished, or is no backup of a classroom.") from None
    if stated.get("format") != FORMAT:
        text = f"{source} has format {stated.get('format')}; this version reads format {FORMAT}."
        raise BackupProblem(f"{text} Restore it with the version that made it: {stated.get('version')}.")
    try:
        return msgspec.convert(stated, Manifest)
    except msgspec.ValidationError as problem:
        raise BackupProblem(f"{source} is damaged: {problem}.") from problem


def _check(folder: Path, manifest: Manifest) -> None:
    """What the files are, beyond their sums."""
    for name, newest in DATABASES.items():
        if name not in manifest.files:
            continue
        with closing(sqlite3.connect(folder / name)) as database:
            (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
            (schema,) = database.execute("PRAGMA user_version").fetchone()
        if verdict != "ok":
            raise BackupProblem(f"{name} was damaged when it was backed up: {verdict}.")
        if schema > newest:
            text = f"{name} was written by a newer version ({manifest.version}) than this one."
            raise BackupProblem(f"{text} Install that version, then restore.")
    if keys.FILE_NAME in manifest.files:
        try:
            keys.decode((folder / keys.FILE_NAME).read_bytes())
        except ValueError as problem:
            raise BackupProblem(f"{keys.FILE_NAME} cannot be used: {problem}.") from problem


def _copy_database(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)) as running,
        closing(sqlite3.connect(target)) as copy,
    ):
        running.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it


def _rooms(database: Path) -> int:
    with closing(sqlite3.connect(database)) as opened:
        (count,) = opened.execute("SELECT count(*) FROM room").fetchone()
        return int(count)


def _images(data_dir: Path) -> Iterator[tuple[str, bytes]]:
    """One after the other; what is thrown away meanwhile is left out."""
    for path in sorted((data_dir / IMAGES).glob("*/*")):
        name = path.relative_to(data_dir).as_posix()
        if IMAGE_NAME.fullmatch(name):  # and not one that is still arriving
            try:
                yield name, path.read_bytes()
            except FileNotFoundError:
                continue


def _add(archive: tarfile.TarFile, name: str, data: bytes, made_at_ms: int) -> Entry:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = len(data), 0o600, made_at_ms // 1000
    archive.addfile(member, io.BytesIO(data))
    return Entry(len(data), hashlib.sha256(data).hexdigest())


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> Entry:
    """Only what belongs into a backup comes out of it: plain files of known names, none of them twice."""
    known = member.name in {*DATABASES, keys.FILE_NAME, MANIFEST} or IMAGE_NAME.fullmatch(member.name)
    target = folder / member.name
    content = archive.extractfile(member) if known and member.isreg() and not target.exists() else None
    if content is None:
        raise BackupProblem(f"{member.name!r} does not belong into a backup of a classroom.")
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while chunk := content.read(CHUNK):
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        file.flush()
        os.fsync(file.fileno())
    return Entry(size, digest.hexdigest())
