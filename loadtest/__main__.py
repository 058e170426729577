"""The command line: `python -m loadtest --help`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
import uvloop

from loadtest.options import PARTICIPANTS_MAX, ROOMS_MAX, Options
from loadtest.report import Report
from loadtest.room import ServerUnavailable, is_join_link
from loadtest.run import run
from loadtest.table import render


@click.command(context_settings={"show_default": True})
@click.option("--url", required=True, help="Base URL of a server in demo mode, or a group join link.")
@click.option("--participants", default=16, type=click.IntRange(1, PARTICIPANTS_MAX), help="Per room.")
@click.option("--seconds", default=20.0, type=click.FloatRange(1), help="To measure, once all have joined.")
@click.option("--rooms", default=1, type=click.IntRange(1, ROOMS_MAX), help="Rooms at the same time.")
@click.option("--voices", default=4, type=click.IntRange(0, PARTICIPANTS_MAX), help="Who speak, per room.")
@click.option("--breakouts", is_flag=True, help="Put people in pairs and rotate them.")
@click.option(
    "--screen",
    default=(1920, 1080),
    type=(click.IntRange(1, 16384), click.IntRange(1, 16384)),
    help="Width and height, in device pixels, of the grid that each participant shows.",
)
@click.option("--stagger", default=0.1, type=click.FloatRange(0), help="Seconds between two who join a room.")
@click.option("--json", "json_path", type=click.Path(path_type=Path, dir_okay=False), help="Report file.")
def main(
    url: str,
    participants: int,
    seconds: float,
    rooms: int,
    voices: int,
    breakouts: bool,
    screen: tuple[int, int],
    stagger: float,
    json_path: Path | None,
) -> None:
    """Load a running classroom with synthetic participants and report what they get.

    Exits with 1 if anybody did not join or did not receive, with 2 if there is no server to load.
    """
    if is_join_link(url) and (breakouts or rooms > 1):
        raise click.UsageError(
            "--rooms and --breakouts need a base URL: a join link leads to one room, as participant"
        )
    options = Options(
        url=url,
        participants=participants,
        seconds=seconds,
        rooms=rooms,
        voices=voices,
        breakouts=breakouts,
        screen=screen,
        stagger_s=stagger,
        json_path=json_path,
    )
    try:
        report = uvloop.run(run(options, lambda line: click.echo(line, err=True)))
    except ServerUnavailable as error:
        click.echo(f"loadtest: {error}", err=True)
        sys.exit(2)
    if json_path is not None:
        write_json(report, json_path)
    click.echo(render(report))
    sys.exit(0 if report.ok else 1)


def write_json(report: Report, path: Path) -> None:
    path.write_text(json.dumps({"ok": report.ok, **asdict(report)}, indent=2) + "\n")


if __name__ == "__main__":
    main()
