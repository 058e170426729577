"""`classroom backup` and `classroom restore`."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click

from classroom.backup import archive
from classroom.backup.restore import put_in_place
from classroom.config import Config
from classroom.console import give_up, load_config

IN_REDIS = (
    "REDIS_URL is set: the rooms are in Redis, which is backed up by redis-cli --rdb FILE (docs/deploy.md)."
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write all that is kept in DATA_DIR into FILE, a new one, while the server runs.

    Whoever has FILE can read every room and invite themselves: keep it as you keep the server.
    """
    config = _of_one_node()
    now_ms = time.time_ns() // 1_000_000
    try:
        made = archive.write(config.data_dir, file, made_at_ms=now_ms, version=version("momentum-classroom"))
    except (archive.BackupProblem, OSError) as problem:
        give_up(_said(problem))
    click.echo(f"{file}: {_contents(made)}, {file.stat().st_size / 1e6:.1f} MB.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--check", is_flag=True, help="Look whether FILE can be restored, and restore nothing.")
@click.option("--force", is_flag=True, help="Move what is in DATA_DIR aside, into a folder in it.")
def restore(file: Path, check: bool, force: bool) -> None:
    """Put the backup in FILE into DATA_DIR. The server must be stopped."""
    config = _of_one_node()
    if check:
        _check(file)
        return
    from classroom.server import (
        StartError,
        only_server,
    )  # loads the media libraries, which --check does not need

    aside = config.data_dir / time.strftime("replaced-%Y%m%dT%H%M%SZ", time.gmtime()) if force else None
    try:
        with only_server(config.data_dir), archive.unpacked(file, config.data_dir) as (manifest, folder):
            put_in_place(folder, manifest, config.data_dir, aside)
    except (archive.BackupProblem, StartError, OSError) as problem:
        give_up(_said(problem))
    click.echo(f"Restored into {config.data_dir}: {_contents(manifest)}.")
    if aside is not None and aside.exists():
        click.echo(f"What was there is in {aside}.")


def _check(file: Path) -> None:
    try:
        with archive.unpacked(file, file.parent) as (manifest, _):
            click.echo(f"{file} can be restored: {_contents(manifest)}.")
    except (archive.BackupProblem, OSError) as problem:
        give_up(_said(problem))


def _of_one_node() -> Config:
    config = load_config()
    if config.redis_url is not None:
        give_up(IN_REDIS)
    return config


def _contents(manifest: archive.Manifest) -> str:
    made = datetime.fromtimestamp(manifest.made_at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    images = sum(name.startswith(archive.IMAGES) for name in manifest.files)
    return f"{manifest.rooms} rooms, {images} images, {manifest.size / 1e6:.1f} MB of data, of {made}"


def _said(problem: Exception) -> str:
    if isinstance(problem, OSError):
        return f"{problem.filename}: {problem.strerror}" if problem.filename else str(problem)
    return str(problem)
