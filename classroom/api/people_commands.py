"""`classroom participants`: who is in a room, by way of the API of a running server."""

from __future__ import annotations

from typing import Any, Final

import click

from classroom.api.command_line import as_json_option, reach, remote, show, tried
from classroom.api.remote import Remote

PEOPLE: Final = ("SEAT", "NAME", "ROLE", "PLACE", "SINCE (UTC)")


def person(one: dict[str, Any]) -> tuple[str, ...]:
    """Their line under `PEOPLE`."""
    place = (one["breakout"] or "main room") if one["connected"] else "connection lost"
    return one["participant_id"], one["name"], one["role"], place, one["joined_at"][:16]


@click.group(invoke_without_command=True)
@remote
@click.pass_context
def participants(context: click.Context, url: str | None, key: str | None) -> None:
    """List the people in a room, send somebody out, let them back. Asks the running server."""
    reach(context, url, key)


@participants.command("list")
@click.argument("room_id", metavar="ROOM")
@as_json_option
@click.pass_obj
def participants_list(server: Remote, room_id: str, as_json: bool) -> None:
    """Everybody who has a seat in ROOM."""
    show(
        tried(lambda: server.ask("GET", f"/rooms/{room_id}/participants"))["items"],
        as_json,
        PEOPLE,
        person,
    )


@participants.command("remove")
@click.argument("room_id", metavar="ROOM")
@click.argument("seat", metavar="SEAT")
@click.pass_obj
def participants_remove(server: Remote, room_id: str, seat: str) -> None:
    """Send somebody out of ROOM, and keep them out until they are let back."""
    tried(lambda: server.ask("DELETE", f"/rooms/{room_id}/participants/{seat}"))


@participants.command("removed")
@click.argument("room_id", metavar="ROOM")
@as_json_option
@click.pass_obj
def participants_removed(server: Remote, room_id: str, as_json: bool) -> None:
    """Everybody who is kept out of ROOM."""
    show(
        tried(lambda: server.ask("GET", f"/rooms/{room_id}/removed"))["items"],
        as_json,
        ("SEAT", "NAME", "SINCE (UTC)"),
        lambda one: (one["participant_id"], one["name"], one["removed_at"][:16]),
    )


@participants.command("let-back")
@click.argument("room_id", metavar="ROOM")
@click.argument("seat", metavar="SEAT")
@click.pass_obj
def participants_let_back(server: Remote, room_id: str, seat: str) -> None:
    """Keep somebody out of ROOM no longer."""
    tried(lambda: server.ask("DELETE", f"/rooms/{room_id}/removed/{seat}"))
