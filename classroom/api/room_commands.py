"""Commands of `classroom` that ask a running server by its API: rooms, their people, invitations, attendance."""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from classroom.api.remote import Remote, RemoteProblem
from classroom.console import give_up, load_config, table
from classroom.invitations import ROLES

F = TypeVar("F", bound=Callable[..., Any])
MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])


def remote(command: F) -> F:
    """Adds where the server is, and `remote` in place of both options."""
    command = click.option(
        "--url", envvar="CLASSROOM_URL", help="Of another machine's server [CLASSROOM_URL]."
    )(command)
    return click.option(
        "--key", envvar="CLASSROOM_API_KEY", help="API key; not needed beside DATA_DIR [CLASSROOM_API_KEY]."
    )(command)


as_json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.group(invoke_without_command=True)
@remote
@as_json_option
@click.pass_context
def rooms(context: click.Context, url: str | None, key: str | None, as_json: bool) -> None:
    """List the rooms; or make, show, end or erase one. Asks the running server."""
    context.obj = server = Remote(load_config(), url, key)
    if context.invoked_subcommand is None:
        found = _tried(lambda: list(server.every("/rooms")))
        _show(
            found,
            as_json,
            ("ID", "NAME", "MADE", "LAST USED"),
            lambda one: (one["id"], one["name"], one["created_at"][:10], one["last_used_at"][:10]),
        )


@rooms.command("create")
@click.argument("name")
@click.option("--capacity", type=click.IntRange(2, 100), help="Seats at most.")
@click.pass_obj
def rooms_create(server: Remote, name: str, capacity: int | None) -> None:
    """Make a room called NAME and print its id."""
    body = {"name": name} | ({} if capacity is None else {"capacity": capacity})
    click.echo(_tried(lambda: server.ask("POST", "/rooms", body))["id"])


@rooms.command("show")
@click.argument("room_id", metavar="ROOM")
@as_json_option
@click.pass_obj
def rooms_show(server: Remote, room_id: str, as_json: bool) -> None:
    """A room as it is now, and who is in it."""
    room = _tried(lambda: server.ask("GET", f"/rooms/{room_id}"))
    people = _tried(lambda: server.ask("GET", f"/rooms/{room_id}/participants"))["items"]
    if as_json:
        click.echo(json.dumps({**room, "participants": people}, indent=2))
        return
    rules = ", ".join(f"{name} {'on' if on else 'off'}" for name, on in room["rules"].items())
    click.echo(f"{table(('NAME', 'PEOPLE', 'SEATS', 'WAITING'), [_cells(room)])}\n\n{rules}\n")
    rows = [
        (one["participant_id"], one["name"], one["role"], _place(one), one["joined_at"][:16])
        for one in people
    ]
    click.echo(table(("SEAT", "NAME", "ROLE", "PLACE", "SINCE (UTC)"), rows))


@rooms.command("end")
@click.argument("room_id", metavar="ROOM")
@click.pass_obj
def rooms_end(server: Remote, room_id: str) -> None:
    """Send everybody out. Links go on working."""
    _tried(lambda: server.ask("POST", f"/rooms/{room_id}/end"))


@rooms.command("erase")
@click.argument("room_id", metavar="ROOM")
@click.confirmation_option(prompt="Erase the room and all that is kept of it, for ever?")
@click.pass_obj
def rooms_erase(server: Remote, room_id: str) -> None:
    """Take a room and all that is kept of it away, beyond recovery."""
    _tried(lambda: server.ask("DELETE", f"/rooms/{room_id}"))


@click.group(invoke_without_command=True)
@remote
@click.pass_context
def invitations(context: click.Context, url: str | None, key: str | None) -> None:
    """List, make and take back the links into a room. Asks the running server."""
    context.obj = Remote(load_config(), url, key)
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@invitations.command("list")
@click.argument("room_id", metavar="ROOM")
@as_json_option
@click.pass_obj
def invitations_list(server: Remote, room_id: str, as_json: bool) -> None:
    """The invitations of a room; their links are nowhere but with whom they were given to."""
    found = _tried(lambda: list(server.every(f"/rooms/{room_id}/invitations")))
    _show(
        found,
        as_json,
        ("ID", "FOR", "ROLE", "ENDS (UTC)", ""),
        lambda one: (
            one["id"],
            one["name"] or "a group",
            one["role"],
            one["expires_at"][:16],
            "revoked" if one["revoked_at"] else "",
        ),
    )


@invitations.command("create")
@click.argument("room_id", metavar="ROOM")
@click.argument("people", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--role", type=click.Choice(ROLES), default="participant", show_default=True)
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True)
@click.pass_obj
def invitations_create(server: Remote, room_id: str, people: Path, role: str, days: int) -> None:
    """A personal link for each line (a name) of the file PEOPLE; prints CSV: name, invitation, seat, link.

    Interrupted, it is simply run again that day: nobody is invited twice.
    """
    names = [line.strip() for line in people.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    lines = csv.writer(sys.stdout)
    lines.writerow(("name", "invitation", "seat", "link"))
    # Shown where a person looks on; what is printed stays whole.
    with click.progressbar(names, label="Inviting", file=sys.stderr, hidden=not sys.stderr.isatty()) as shown:
        for number, name in enumerate(shown):
            draft = {"name": name, "role": role, "days": days}
            once = hashlib.sha256(f"{number} {json.dumps(draft)}".encode()).hexdigest()
            made = _tried(
                partial(
                    server.ask,
                    "POST",
                    f"/rooms/{room_id}/invitations",
                    draft,
                    headers={"Idempotency-Key": once},
                )
            )
            lines.writerow((name, made["id"], made["participant_id"], made["link"]))


@invitations.command("revoke")
@click.argument("room_id", metavar="ROOM")
@click.argument("invitation_id", metavar="INVITATION")
@click.pass_obj
def invitations_revoke(server: Remote, room_id: str, invitation_id: str) -> None:
    """Take an invitation back: nobody comes in by it, and whoever is in the room by it goes."""
    _tried(lambda: server.ask("DELETE", f"/rooms/{room_id}/invitations/{invitation_id}"))


@click.command()
@click.argument("room_id", metavar="ROOM")
@click.option("--since", type=MOMENT, help="From this moment on, in UTC.")
@click.option("--until", type=MOMENT, help="Up to this moment, in UTC.")
@click.option("--csv", "as_csv", is_flag=True, help="For a spreadsheet.")
@remote
@as_json_option
def attendance(
    room_id: str,
    since: datetime | None,
    until: datetime | None,
    as_csv: bool,
    url: str | None,
    key: str | None,
    as_json: bool,
) -> None:
    """Who was in ROOM, and for how long. Asks the running server."""
    server = Remote(load_config(), url, key)
    path, query = f"/rooms/{room_id}/attendance", {"since": _utc(since), "until": _utc(until)}
    if as_csv:
        click.echo(_tried(lambda: server.text("GET", path, query={**query, "format": "csv"})), nl=False)
        return
    _show(
        _tried(lambda: server.ask("GET", path, query=query))["items"],
        as_json,
        ("NAME", "ROLE", "MINUTES", "FIRST (UTC)", "LAST (UTC)", "STAYS"),
        lambda one: (
            one["name"],
            one["role"],
            f"{one['minutes']:g}",
            one["stays"][0]["since"][:16],
            (one["stays"][-1]["until"] or "here")[:16],
            str(len(one["stays"])),
        ),
    )


@click.command()
@remote
@as_json_option
def health(url: str | None, key: str | None, as_json: bool) -> None:
    """How the running server does. Exit code 1 if it takes nobody in."""
    node = _tried(lambda: Remote(load_config(), url, key).ask("GET", "/health"))
    _show(
        [node],
        as_json,
        ("READY", "ROOMS", "SESSIONS", "LOOP LAG (MS)"),
        lambda one: (
            "yes" if one["ready"] else "no",
            str(one["rooms"]),
            str(one["sessions"]),
            f"{one['loop_lag_ms']:.1f}",
        ),
    )
    sys.exit(0 if node["ready"] else 1)


COMMANDS: Sequence[click.Command] = (rooms, invitations, attendance, health)


def _tried(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except RemoteProblem as problem:
        give_up(str(problem))


def _show(
    items: Iterable[dict[str, Any]],
    as_json: bool,
    heads: Sequence[str],
    row: Callable[[dict[str, Any]], Sequence[str]],
) -> None:
    if as_json:
        click.echo(json.dumps(list(items), indent=2))
    else:
        click.echo(table(heads, [row(one) for one in items]))


def _cells(room: dict[str, Any]) -> tuple[str, ...]:
    return room["name"], str(room["people"]), str(room["capacity"]), str(room["waiting"])


def _place(person: dict[str, Any]) -> str:
    if not person["connected"]:
        return "connection lost"
    return person["breakout"] or "main room"


def _utc(time: datetime | None) -> str | None:
    return None if time is None else time.replace(tzinfo=UTC).isoformat()
