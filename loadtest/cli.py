"""The commands. `python -m loadtest --url …` is short for `python -m loadtest run --url …`, and `--find-capacity` among
its options for the command of that name.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click
import uvloop
from msgspec.structs import replace

from loadtest.capacity import Capacity, Limits, Raises, search, sizes
from loadtest.coordinator import WORKERS_MAX
from loadtest.crews import MakeCrew, listening_crew, own_crew
from loadtest.html import html
from loadtest.links import Links, ServerUnavailable, is_join_link, make_links, read_links
from loadtest.live import view_for
from loadtest.report import Report
from loadtest.run import RunFailed, View, run
from loadtest.scenario import (
    PEOPLE_MAX,
    ROOMS_MAX,
    Breakouts,
    Scenario,
    ScenarioError,
    changed,
    load,
    shipped,
)
from loadtest.server_meter import ServerMeter
from loadtest.session import is_loopback
from loadtest.table import render
from loadtest.wire import SECRET_VARIABLE, WireError, read_secret
from loadtest.worker import work

T = TypeVar("T")
Play = Callable[[Scenario], Awaitable[Report]]


class _DefaultsToRun(click.Group):
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--find-capacity" in args:
            args = ["find-capacity", *(each for each in args if each != "--find-capacity")]
        elif args and args[0] not in self.commands and args[0] != "--help":
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


def result_options(command: Any) -> Any:
    file = click.Path(path_type=Path, dir_okay=False)
    command = click.option("--html", "html_path", type=file, help="Report with plots.")(command)
    return click.option("--json", "json_path", type=file, help="Report file.")(command)


def secret_option(command: Any) -> Any:
    return click.option(
        "--secret-file",
        "secret_path",
        type=click.Path(path_type=Path, dir_okay=False),
        help=f"Shared by coordinator and workers; else {SECRET_VARIABLE}.",
    )(command)


@main.command("run")
@scenario_options
@click.option(
    "--processes", default=1, type=click.IntRange(1, WORKERS_MAX), help="Share the rooms among so many."
)
@result_options
def run_command(processes: int, json_path: Path | None, html_path: Path | None, **given: Any) -> None:
    """One run, by this machine.

    Exits with 1 if anybody did not join or did not receive, with 2 if there is no server to load.
    """
    scenario = scenario_from(given)
    processes = min(processes, scenario.rooms)
    finish(conducted(scenario, given, own_crew(processes, given["remote"])), json_path, html_path)


@main.command("find-capacity")
@scenario_options
@click.option(
    "--raise", "raises", default="rooms", type=click.Choice(["rooms", "people"]), help="What grows."
)
@click.option("--from", "first", default=1, type=click.IntRange(1, ROOMS_MAX), help="The first size.")
@click.option("--step", default=0, type=click.IntRange(0, ROOMS_MAX), help="Added each time; 0: doubled.")
@click.option("--to", "most", default=32, type=click.IntRange(1, ROOMS_MAX), help="The last size.")
@click.option("--max-latency", default=150.0, help="Milliseconds, p99 of the media.")
@click.option("--max-loss", default=0.01, help="A fraction.")
@click.option("--max-cpu", default=0.8, help="Of one core, of the server's process.")
@click.option("--max-reply", default=1000.0, help="Milliseconds, p99 of requests.")
@click.option(
    "--processes", default=1, type=click.IntRange(1, WORKERS_MAX), help="Share the rooms among so many."
)
@result_options
def find_capacity(
    raises: Raises,
    first: int,
    step: int,
    most: int,
    max_latency: float,
    max_loss: float,
    max_cpu: float,
    max_reply: float,
    processes: int,
    json_path: Path | None,
    html_path: Path | None,
    **given: Any,
) -> None:
    """Raise rooms or people step by step until a limit breaks, and say which.

    Every step is a run of its own on fresh rooms. Exits with 0 whatever is found, with 2 if there is no server to load.
    """
    scenario = scenario_from(given)
    limits = Limits(max_latency, max_loss, max_cpu, max_reply)
    wanted = sizes(first, step, most)
    capacity, report = _conducted(
        given,
        own_crew(min(processes, first if raises == "rooms" else scenario.rooms), given["remote"]),
        lambda play, view: search(scenario, raises, wanted, limits, play, view.say),
    )
    if json_path is not None:
        write_json(report, json_path, capacity)
    if html_path is not None:
        html_path.write_text(html(report, capacity))
    click.echo(capacity.verdict)


@main.command("coordinate")
@scenario_options
@click.option("--workers", required=True, type=click.IntRange(1, WORKERS_MAX), help="How many are awaited.")
@click.option("--listen", default="127.0.0.1:0", metavar="HOST:PORT", help="Where they are awaited.")
@click.option(
    "--wait", default=600.0, type=click.FloatRange(1, 86_400), help="Seconds until all must be there."
)
@secret_option
@result_options
def coordinate(
    workers: int,
    listen: str,
    wait: float,
    secret_path: Path | None,
    json_path: Path | None,
    html_path: Path | None,
    **given: Any,
) -> None:
    """One run, shared among workers on this and other machines. Each room is played by one worker."""
    scenario = scenario_from(given)
    if workers > scenario.rooms:
        raise click.UsageError(f"{workers} workers cannot share {scenario.rooms} rooms")
    host, port = split_address(listen)
    secret = given_secret(secret_path)
    made = secret or secrets.token_hex(24).encode()
    crew = listening_crew(made, workers, (host, port), wait, tell_secret=secret is None)
    finish(conducted(scenario, given, crew), json_path, html_path)


@main.command("work")
@click.option("--coordinator", required=True, metavar="HOST:PORT", help="Who gives the orders.")
@click.option("--name", default=socket.gethostname(), help="How this worker is called in reports.")
@click.option("--allow", multiple=True, metavar="HOST", help="Another machine that may be loaded from here.")
@secret_option
def work_command(coordinator: str, name: str, allow: tuple[str, ...], secret_path: Path | None) -> None:
    """Play the rooms that a coordinator gives, until it ends."""
    secret = given_secret(secret_path)
    if secret is None:
        raise click.UsageError(f"the coordinator's secret is needed: --secret-file, or {SECRET_VARIABLE}")
    host, port = split_address(coordinator)
    try:
        runs = uvloop.run(work(host, port, secret, name, allow))
    except WireError as error:
        click.echo(f"loadtest: {error}", err=True)
        sys.exit(2)
    click.echo(f"worker {name}: {runs} runs", err=True)


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
        details["breakouts"] = Breakouts()
        details["speaking"] = replace(speaking, open_microphones=True)
    return details


def check_target(url: str, remote: str | None) -> None:
    """Whoever loads another machine says its name twice. Raises click.UsageError."""
    host = urlsplit(url).hostname or ""
    if not is_loopback(host) and remote != host:
        raise click.UsageError(
            f"{host or url} is not this machine. Load only servers that are yours; then add: --remote {host}"
        )


def split_address(text: str) -> tuple[str, int]:
    """Raises click.UsageError."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65_535:
        raise click.UsageError(f"{text}: not HOST:PORT")
    return host.strip("[]"), int(port)


def given_secret(path: Path | None) -> bytes | None:
    try:
        return read_secret(path)
    except WireError as error:
        raise click.UsageError(str(error)) from error


def conducted(scenario: Scenario, given: dict[str, Any], make_crew: MakeCrew) -> Report:
    """One run; ends the process where there is nothing to load."""
    _, report = _conducted(given, make_crew, lambda play, _: _once(play, scenario))
    return report


async def _once(play: Play, scenario: Scenario) -> tuple[None, Report]:
    return None, await play(scenario)


def _conducted(
    given: dict[str, Any],
    make_crew: MakeCrew,
    work: Callable[[Play, View], Awaitable[tuple[T, Report]]],
) -> tuple[T, Report]:
    """`work` is given what makes one run on fresh rooms."""
    view = view_for()

    async def whole() -> tuple[T, Report]:
        async with make_crew(view) as crew:

            async def play(scenario: Scenario) -> Report:
                links = await links_for(given["url"], given["links_path"], scenario)
                meter = ServerMeter(given["url"], given["pids"], given["watch"])
                return await run(scenario, links, shown_target(given["url"]), crew, meter, view)

            return await work(play, view)

    try:
        return uvloop.run(whole())
    except (ServerUnavailable, RunFailed, ScenarioError) as error:
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


def finish(report: Report, json_path: Path | None, html_path: Path | None) -> None:
    """Writes and shows; ends the process."""
    if json_path is not None:
        write_json(report, json_path)
    if html_path is not None:
        html_path.write_text(html(report))
    click.echo(render(report))
    sys.exit(0 if report.ok else 1)


def write_json(report: Report, path: Path, capacity: Capacity | None = None) -> None:
    found = {"ok": report.ok, **asdict(report)}
    if capacity is not None:
        found["capacity"] = asdict(capacity) | {"holds": capacity.holds, "verdict": capacity.verdict}
    path.write_text(json.dumps(found, indent=2) + "\n")
