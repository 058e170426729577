"""Puts a backup in the place of what a node keeps. What was there is moved aside, never deleted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from classroom import keys
from classroom.backup.archive import DATABASES, IMAGES, BackupProblem, Manifest

LOGS: Final = tuple(f"{name}{end}" for name in DATABASES for end in ("-wal", "-shm"))
"""SQLite's, beside a database: they belong to the old one."""
KEPT: Final = (*DATABASES, *LOGS, keys.FILE_NAME, IMAGES)


def put_in_place(folder: Path, manifest: Manifest, data_dir: Path, aside: Path | None) -> None:
    """Moves what was unpacked into `folder` (on the same file system) to `data_dir`. `aside`: where what is there goes; None:
    there must be nothing. The caller holds the data folder against servers. Raises BackupProblem, OSError."""
    there = [name for name in KEPT if (data_dir / name).exists()]
    if there and aside is None:
        text = f"{data_dir} has data already ({', '.join(there[:3])})."
        raise BackupProblem(
            f"{text} Set DATA_DIR to an empty folder, or say --force to move what is there aside."
        )
    if there and aside is not None:
        aside.mkdir(mode=0o700)
        for name in there:
            os.rename(data_dir / name, aside / name)
    _give_to_owner(folder, data_dir)
    # The journal last: without it, nothing is taken for complete.
    for name in (IMAGES, keys.FILE_NAME, *reversed(DATABASES)):
        if (folder / name).exists():
            os.rename(folder / name, data_dir / name)
    for changed in (data_dir, *([aside] if there and aside is not None else [])):
        descriptor = os.open(changed, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _give_to_owner(folder: Path, data_dir: Path) -> None:
    """Restored by root, the files belong to the server's user all the same: the owner of the data folder."""
    if os.geteuid() != 0:
        return
    owner = data_dir.stat()
    for path in [*folder.rglob("*"), *data_dir.glob("server.lock")]:
        os.chown(path, owner.st_uid, owner.st_gid)
