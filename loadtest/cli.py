"""The commands. `python -m loadtest --url …` is short for `python -m loadtest run --url …`."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import uvloop

from loadtest.crew import OwnProcess
from loadtest.links import Links, ServerUnavailable, is_join_link, make_links, read_links
from loadtest.live import view_for
from loadtest.report import Report
from loadtest.run import RunFailed, View, run
from loadtest.scenario import (
    PEOPLE_MAX,
    ROOMS_MAX,
    Scenario,
    ScenarioError,
    changed,
    load,
    shipped,
)
from loadtest.server_meter import ServerMeter
from loadtest.session import is_loopback
from loadtest.table import render


class _DefaultsToRun(click.Group):
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = ["run", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_DefaultsToRun, context_settings={"show_default": True})
def main() -> None:
    """Load a classroom server with synthetic people, and report what they get."""


def scenario_options(command: Any) -> Any:
    """What every command that makes a run takes."""
    options = (
        click.option("--url", required=True, help="Base URL of a server in demo mode, or a group join link."),
        click.option("--scenario", "name", help=f"A file, or one of: {', '.join(shipped())}."),
        click.option(
            "--participants", "people", type=click.IntRange(1, PEOPLE_MAX), help="Per room.  [default: 16]"
        ),
        click.option(
            "--rooms", type=click.IntRange(1, ROOMS_MAX), help="Rooms at the same time.  [default: 1]"
        ),
        click.option(
            "--seconds", type=click.FloatRange(1), help="To measure, once all have joined.  [default: 20]"
        ),
        click.option(
            "--voices", type=click.IntRange(0, PEOPLE_MAX), help="Who speak, per room.  [default: 4]"
        ),
        click.option("--breakouts", is_flag=True, help="Put people in pairs and rotate them."),
        click.option(
            "--screen",
            type=(click.IntRange(1, 16384), click.IntRange(1, 16384)),
            help="Width and height, in device pixels, of the grid that each shows.  [default: 1920 1080]",
        ),
        click.option(
            "--stagger", type=click.FloatRange(0), help="Seconds between two who join a room.  [default: 0.1]"
        ),
        click.option("--seed", type=int, help="Of everything that is drawn by lot."),
        click.option(
            "--links",
            "links_path",
            type=click.Path(path_type=Path, dir_okay=False, exists=True),
            help="A file with the trainer's and the group's join link of one room in each line.",
        ),
        click.option("--remote", metavar="HOST", help="Needed to load another machine: its name, once more."),
        click.option(
            "--pid", "pids", multiple=True, type=int, help="The server's processes on this machine."
        ),
        click.option(
            "--watch",
            multiple=True,
            metavar="URL",
            help="Asked every second: /healthz, or /metrics to read CPU.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@main.command("run")
@scenario_options
@click.option("--json", "json_path", type=click.Path(path_type=Path, dir_okay=False), help="Report file.")
def run_command(json_path: Path | None, **given: Any) -> None:
    """One run, by this process.

    Exits with 1 if anybody did not join or did not receive, with 2 if there is no server to load.
    """
    scenario = scenario_from(given)
    finish(conducted(scenario, given), json_path)


def scenario_from(given: dict[str, Any]) -> Scenario:
    """The scenario that the options ask for. Raises click.UsageError."""
    url, breakouts = given["url"], given["breakouts"]
    if is_join_link(url) and (breakouts or (given["rooms"] or 1) > 1):
        raise click.UsageError(
            "--rooms and --breakouts need a base URL: a join link leads to one room, as participant"
        )
    check_target(url, given["remote"])
    try:
        base = load(given["name"]) if given["name"] else Scenario()
        fields = {key: given[key] for key in ("people", "rooms", "seconds", "seed")}
        scenario = changed(base, **fields)
        return changed(scenario, **_details(scenario, given))
    except ScenarioError as error:
        raise click.UsageError(str(error)) from error


def _details(scenario: Scenario, given: dict[str, Any]) -> dict[str, Any]:
    from msgspec.structs import replace

    speaking, receiving, join = scenario.speaking, scenario.receiving, scenario.join
    if given["voices"] is not None:
        speaking = replace(speaking, pattern="voices", voices=given["voices"])
    if given["screen"] is not None:
        receiving = replace(receiving, screen=given["screen"])
    if given["stagger"] is not None:
        join = replace(join, ramp_s=given["stagger"] * scenario.people)
    elif not given["name"]:
        join = replace(join, ramp_s=0.1 * scenario.people)
    details: dict[str, Any] = {"speaking": speaking, "receiving": receiving, "join": join}
    if given["breakouts"]:
        details["breakouts"] = {"every_s": min(5.0, scenario.seconds / 4)}
        details["speaking"] = replace(speaking, open_microphones=True)
    return details


def check_target(url: str, remote: str | None) -> None:
    """Whoever loads another machine says its name twice. Raises click.UsageError."""
    host = urlsplit(url).hostname or ""
    if not is_loopback(host) and remote != host:
        raise click.UsageError(
            f"{host or url} is not this machine. Load only servers that are yours; then add: --remote {host}"
        )


def conducted(scenario: Scenario, given: dict[str, Any]) -> Report:
    """Runs it; ends the process where there is nothing to load."""

    async def work() -> Report:
        links = await links_for(given["url"], given["links_path"], scenario)
        meter = ServerMeter(given["url"], given["pids"], given["watch"])
        return await run(scenario, links, shown_target(given["url"]), OwnProcess(), meter, view)

    view: View = view_for()
    try:
        return uvloop.run(work())
    except (ServerUnavailable, RunFailed) as error:
        click.echo(f"loadtest: {error}", err=True)
        sys.exit(2)


async def links_for(url: str, path: Path | None, scenario: Scenario) -> list[Links]:
    if path is None:
        return await make_links(url, scenario.rooms)
    links = await asyncio.to_thread(read_links, path)
    if len(links) < scenario.rooms:
        raise ServerUnavailable(f"{path}: {len(links)} rooms, and the scenario wants {scenario.rooms}")
    return links[: scenario.rooms]


def shown_target(url: str) -> str:
    """Without the invitation that a link has in its fragment."""
    return urlsplit(url)._replace(fragment="", query="").geturl()


def finish(report: Report, json_path: Path | None) -> None:
    """Writes and shows; ends the process."""
    if json_path is not None:
        write_json(report, json_path)
    click.echo(render(report))
    sys.exit(0 if report.ok else 1)


def write_json(report: Report, path: Path) -> None:
    path.write_text(json.dumps({"ok": report.ok, **asdict(report)}, indent=2) + "\n")
