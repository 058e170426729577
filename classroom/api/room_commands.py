"""Commands of `classroom` that ask a running server by its API: rooms, their people, invitations, attendance."""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from classroom.api.command_line import as_json_option, reach, remote, show, tried
from classroom.api.people_commands import PEOPLE, participants, person
from classroom.api.plan_commands import plans
from classroom.api.remote import Remote
from classroom.api.webhook_commands import webhooks
from classroom.console import load_config, table
from classroom.invitations import ROLES

MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])


@click.group(invoke_without_command=True)
@remote
@as_json_option
@click.pass_context
def rooms(context: click.Context, url: str | None, key: str | None, as_json: bool) -> None:
    """List the rooms; or make, show, change, end or erase one. Asks the running server."""
    context.obj = server = Remote(load_config(), url, key)
    if context.invoked_subcommand is None:
        found = tried(lambda: list(server.every("/rooms")))
        show(
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
    click.echo(tried(lambda: server.ask("POST", "/rooms", body))["id"])


@rooms.command("show")
@click.argument("room_id", metavar="ROOM")
@as_json_option
@click.pass_obj
def roomsshow(server: Remote, room_id: str, as_json: bool) -> None:
    """A room as it is now, and who is in it."""
    room = tried(lambda: server.ask("GET", f"/rooms/{room_id}"))
    people = tried(lambda: server.ask("GET", f"/rooms/{room_id}/participants"))["items"]
    if as_json:
        click.echo(json.dumps({**room, "participants": people}, indent=2))
        return
    click.echo(f"{_room(room)}\n")
    click.echo(table(PEOPLE, [*map(person, people)]))


@rooms.command("change")
@click.argument("room_id", metavar="ROOM")
@click.option("--name", help="What it is called from now on.")
@click.option(
    "--capacity", type=click.IntRange(2, 100), help="Seats at most. Nobody goes where there are more."
)
@click.option("--unmute/--no-unmute", default=None, help="Participants may turn their microphones on.")
@click.option("--screen/--no-screen", default=None, help="Participants may share their screens.")
@click.option("--chat/--no-chat", default=None, help="Participants may write to everybody.")
@click.option("--locked/--open", default=None, help="Nobody new comes in.")
@click.option("--lobby/--no-lobby", default=None, help="Who is new waits until let in.")
@as_json_option
@click.pass_obj
def rooms_change(
    server: Remote,
    /,
    room_id: str,
    name: str | None,
    capacity: int | None,
    as_json: bool,
    **rules: bool | None,
) -> None:
    """Change a room's name, size or rules, also while people are in it; what is not named stays."""
    named = {
        "name": name,
        "capacity": capacity,
        "rules": {key: on for key, on in rules.items() if on is not None},
    }
    wanted = {key: value for key, value in named.items() if value not in (None, {})}
    if not wanted:
        raise click.UsageError("say what to change")
    room = tried(lambda: server.ask("PATCH", f"/rooms/{room_id}", wanted))
    click.echo(json.dumps(room, indent=2) if as_json else _room(room))


@rooms.command("end")
@click.argument("room_id", metavar="ROOM")
@click.pass_obj
def rooms_end(server: Remote, room_id: str) -> None:
    """Send everybody out. Links go on working."""
    tried(lambda: server.ask("POST", f"/rooms/{room_id}/end"))


@rooms.command("erase")
@click.argument("room_id", metavar="ROOM")
@click.confirmation_option(prompt="Erase the room and all that is kept of it, for ever?")
@click.pass_obj
def rooms_erase(server: Remote, room_id: str) -> None:
    """Take a room and all that is kept of it away, beyond recovery."""
    tried(lambda: server.ask("DELETE", f"/rooms/{room_id}"))


@click.group(invoke_without_command=True)
@remote
@click.pass_context
def invitations(context: click.Context, url: str | None, key: str | None) -> None:
    """List, make and take back the links into a room. Asks the running server."""
    reach(context, url, key)


@invitations.command("list")
@click.argument("room_id", metavar="ROOM")
@as_json_option
@click.pass_obj
def invitations_list(server: Remote, room_id: str, as_json: bool) -> None:
    """The invitations of a room; their links are nowhere but with whom they were given to."""
    found = tried(lambda: list(server.every(f"/rooms/{room_id}/invitations")))
    show(
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
            made = tried(
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
    tried(lambda: server.ask("DELETE", f"/rooms/{room_id}/invitations/{invitation_id}"))


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
        click.echo(tried(lambda: server.text("GET", path, query={**query, "format": "csv"})), nl=False)
        return
    show(
        tried(lambda: server.ask("GET", path, query=query))["items"],
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
    node = tried(lambda: Remote(load_config(), url, key).ask("GET", "/health"))
    show(
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


COMMANDS: Sequence[click.Command] = (rooms, invitations, participants, plans, webhooks, attendance, health)


def _room(room: dict[str, Any]) -> str:
    rules = ", ".join(f"{name} {'on' if on else 'off'}" for name, on in room["rules"].items())
    cells = (room["name"], str(room["people"]), str(room["capacity"]), str(room["waiting"]))
    return f"{table(('NAME', 'PEOPLE', 'SEATS', 'WAITING'), [cells])}\n\n{rules}"


def _utc(time: datetime | None) -> str | None:
    return None if time is None else time.replace(tzinfo=UTC).isoformat()
