"""`classroom retention`: what the hourly pass of the server would take away, before it does."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from classroom.console import load_config, table, with_journal
from classroom.journal.base import Journal, RoomNotFound
from classroom.retention import Due, due
from rooms.events import ChatPosted

DRY_RUN = "The only way: the server itself removes, once an hour."


@click.command()
@click.option("--dry-run", is_flag=True, required=True, help=DRY_RUN)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def retention(dry_run: bool, as_json: bool) -> None:
    """Show what the server's next pass takes away by HISTORY_DAYS and ROOM_DAYS, and how much. Removes nothing.

    Set the variables for this command alone to see what other figures would do. Rooms in which somebody is are never erased
    whole.
    """
    config = load_config()
    now_ms = time.time_ns() // 1_000_000

    async def counted(journal: Journal) -> list[dict[str, Any]]:
        listings = await journal.rooms()
        found = [
            await _counted(journal, old)
            for old in due(listings, now_ms, config.history_days, config.room_days)
        ]
        return [one for one in found if one is not None]

    found = with_journal(config, counted)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    if not found:
        click.echo("Nothing is old enough.")
        return
    rows = [_row(one) for one in found]
    click.echo(table(("ROOM", "NAME", "LAST USED", "GOES", "EVENTS", "MESSAGES"), rows))
    whole = [one for one in found if one["whole"]]
    events, messages = (sum(one[what] for one in found) for what in ("events", "messages"))
    click.echo(f"\nWhole rooms: {len(whole)}. Events: {events}, among them messages: {messages}.")


async def _counted(journal: Journal, old: Due) -> dict[str, Any] | None:
    """None: erased meanwhile."""
    listing = old.listing
    try:
        events = await journal.events(listing.room_id)
    except RoomNotFound:
        return None
    gone = [one for one in events if old.whole or (old.before_ms is not None and one.at_ms < old.before_ms)]
    return {
        "room_id": listing.room_id,
        "name": listing.name,
        "last_used": datetime.fromtimestamp(listing.last_at_ms / 1000, UTC).date().isoformat(),
        "whole": old.whole,
        "events": len(gone),
        "messages": sum(isinstance(one.event, ChatPosted) for one in gone),
    }


def _row(one: dict[str, Any]) -> Sequence[str]:
    what = "all of it" if one["whole"] else "what is old"
    return one["room_id"], one["name"], one["last_used"], what, str(one["events"]), str(one["messages"])
