"""`classroom plans`: groups prepared beforehand, by way of the API of a running server."""

from __future__ import annotations

import csv
from pathlib import Path

import click

from classroom.api.command_line import as_json_option, reach, remote, show, tried
from classroom.api.remote import Remote


@click.group(invoke_without_command=True)
@remote
@click.pass_context
def plans(context: click.Context, url: str | None, key: str | None) -> None:
    """List, keep and forget groups prepared for breakouts. Asks the running server."""
    reach(context, url, key)


@plans.command("list")
@click.argument("room_id", metavar="ROOM")
@as_json_option
@click.pass_obj
def plans_list(server: Remote, room_id: str, as_json: bool) -> None:
    """The groups that are kept in ROOM, prepared here or by trainers."""
    show(
        tried(lambda: server.ask("GET", f"/rooms/{room_id}/breakout-plans"))["items"],
        as_json,
        ("NAME", "MODE", "GROUPS", "PEOPLE", "KEPT (UTC)"),
        lambda one: (
            one["name"],
            one["mode"],
            str(len(one["groups"])),
            str(sum(len(group["members"]) for group in one["groups"])),
            one["saved_at"][:16],
        ),
    )


@plans.command("save")
@click.argument("room_id", metavar="ROOM")
@click.argument("name")
@click.argument("groups", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def plans_save(server: Remote, room_id: str, name: str, groups: Path) -> None:
    """Keep groups in ROOM as NAME; those of this name are replaced.

    GROUPS is a CSV file: a line for each group, its name first, then the participant ids of its members.
    """
    lines = csv.reader(groups.read_text(encoding="utf-8-sig").splitlines())
    found = [
        {"name": cells[0].strip(), "members": [cell.strip() for cell in cells[1:] if cell.strip()]}
        for cells in lines
        if any(cell.strip() for cell in cells)
    ]
    tried(lambda: server.ask("PUT", f"/rooms/{room_id}/breakout-plans", {"name": name, "groups": found}))


@plans.command("forget")
@click.argument("room_id", metavar="ROOM")
@click.argument("name")
@click.pass_obj
def plans_forget(server: Remote, room_id: str, name: str) -> None:
    """Forget the groups called NAME."""
    tried(lambda: server.ask("DELETE", f"/rooms/{room_id}/breakout-plans", query={"name": name}))
