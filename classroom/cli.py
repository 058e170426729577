"""The console script `classroom`: serve, room, invite, rooms, invitations, participants, plans, webhooks, attendance, health,
ops-link, doctor, api-key, retention, backup, restore.

`room` and `invite` work on DATA_DIR, whether or not a server runs on it; `rooms` and those up to `health` ask a running
server by its API. What fails is said in one line on stderr: exit code 2 for a wrong variable or option, 1 for anything else.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from datetime import UTC, datetime

import click

from classroom import config as configuration
from classroom import invitations, keys
from classroom.api import given
from classroom.api.commands import api_key
from classroom.api.room_commands import COMMANDS as ROOM_COMMANDS
from classroom.backup.commands import backup, restore
from classroom.console import give_up, load_config, with_journal, with_records
from classroom.journal.base import RoomListing
from classroom.journal.sqlite_writer import JournalUnusable
from classroom.ops.commands import ops_link
from classroom.retention_command import retention
from classroom.stores import StoreAway, cluster_keys
from rooms.model import Role
from signaling.tokens import KeyRing

VARIABLES = "\b\nEnvironment:\n" + "\n".join(
    f"  {field.variable:<16} {field.meaning}" + (f" [{field.default}]" if field.default else "")
    for field in configuration.FIELDS
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="momentum-classroom")
def main() -> None:
    """A live virtual classroom: rooms, signaling and media in one process."""


@main.command(epilog=VARIABLES)
@click.option("--demo", is_flag=True, help="Make a demo room and print a trainer's and a participants' link.")
def serve(demo: bool) -> None:
    """Run the server until Ctrl-C or SIGTERM."""
    config = load_config()
    from classroom import server  # the media libraries take a while to load; other commands need none

    try:
        server.run(config, demo=demo)
    except (server.StartError, StoreAway, JournalUnusable, keys.KeysUnusable) as problem:
        give_up(str(problem))


@main.group()
def room() -> None:
    """Make and list rooms."""


@room.command("create")
@click.argument("name")
@click.option("--capacity", type=click.IntRange(2, 100), help="Seats at most [ROOM_CAPACITY].")
def room_create(name: str, capacity: int | None) -> None:
    """Make a room called NAME and print its id."""
    config = load_config()
    room_id = invitations.new_room_id()
    try:
        shown = invitations.clean_room_name(name)
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint="NAME") from None
    seats = capacity or config.limits.room_capacity
    with_journal(config, lambda journal: invitations.create_room(journal, room_id, shown, seats))
    click.echo(room_id)


@room.command("list")
def room_list() -> None:
    """List the rooms: id, day of creation, name."""
    for listing in with_journal(load_config(), lambda journal: journal.rooms()):
        day = time.strftime("%Y-%m-%d", time.gmtime(listing.created_at_ms / 1000))
        click.echo(f"{listing.room_id}  {day}  {listing.name}")


@main.command()
@click.argument("room_id", metavar="ROOM")
@click.option("--role", type=click.Choice(invitations.ROLES), default="participant", show_default=True)
@click.option("--name", help="Whom the link is for. It gives this person the same seat every time.")
@click.option("--group", is_flag=True, help="One link for many: each browser types a name and gets a seat.")
@click.option("--days", type=click.IntRange(1, 366), default=invitations.DEFAULT_DAYS, show_default=True)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%dT%H:%M"]),
    help="Last minute of the link, in UTC, in place of --days. A past one gives a link that has expired.",
)
@click.option("--seat", help="Participant id of an existing seat, to replace its lost link.")
def invite(
    room_id: str,
    role: Role,
    name: str | None,
    group: bool,
    days: int,
    until: datetime | None,
    seat: str | None,
) -> None:
    """Print a signed link into ROOM, for one person (--name) or for many (--group)."""
    if group == (name is not None):
        raise click.UsageError("say either --name or --group")
    if group and seat is not None:
        raise click.UsageError("--seat goes with --name: each browser of a group gets a seat of its own")
    config = load_config()
    listing = _find(with_journal(config, lambda journal: journal.rooms()), room_id)
    ring = _keys(config)
    now_s = int(time.time())
    until_s = None if until is None else int(until.replace(tzinfo=UTC).timestamp())
    if name is None:
        invitation = invitations.group(room_id, listing.name, role, now_s=now_s, days=days, until_s=until_s)
    else:
        try:
            invitation = invitations.personal(
                room_id, listing.name, role, name, now_s=now_s, days=days, until_s=until_s, seat=seat
            )
        except ValueError as problem:
            raise click.UsageError(str(problem)) from None
    if invitation.exp <= now_s:
        click.echo("This link has expired already.", err=True)
    kept = given.GivenInvitation(invitation=invitation, created_at_ms=now_s * 1000)
    try:
        with_records(config, lambda records: given.remember(records, kept))
    except given.TooManyInvitations:
        give_up(f"{given.ROOM_MAX} invitations of this room are remembered; give one link to many: --group")
    click.echo(invitations.link(config.public_url, invitation, ring))


@main.command()
@click.option(
    "--json", "as_json", is_flag=True, help="For programs: a list of {check, status, found, advice, code}."
)
def doctor(as_json: bool) -> None:
    """Check this machine and its settings; say what to do. Exit code 1 if something must be done."""
    config = load_config()
    from classroom import doctor as checks

    findings = checks.examine(config)
    if as_json:
        click.echo(json.dumps([finding._asdict() for finding in findings], indent=2))
    else:
        for finding in findings:
            click.echo(finding.line(color=sys.stdout.isatty()))
    sys.exit(1 if any(finding.status == "fail" for finding in findings) else 0)


def _keys(config: configuration.Config) -> KeyRing:
    try:
        return asyncio.run(cluster_keys(config, keys.load_or_create(config.data_dir)))
    except (keys.KeysUnusable, StoreAway) as problem:
        give_up(str(problem))


def _find(listings: list[RoomListing], room_id: str) -> RoomListing:
    found = next((listing for listing in listings if listing.room_id == room_id), None)
    if found is None:
        give_up(f"There is no room {room_id!r}. Make one with: classroom room create NAME")
    return found


for command in (api_key, ops_link, *ROOM_COMMANDS, retention, backup, restore):
    main.add_command(command)


if __name__ == "__main__":
    main()
