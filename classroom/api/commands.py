"""`classroom api-key`: keys of the API are made, listed and revoked where the records are."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import click

from classroom.api import api_keys
from classroom.api.api_keys import SCOPES, ApiKey, Scope
from classroom.console import give_up, load_config, table, with_records
from rooms.errors import Refused

DAY_MS = 86_400_000


@click.group("api-key")
def api_key() -> None:
    """Keys with which programs use the API (docs/api.md)."""


@api_key.command("create")
@click.argument("name")
@click.option(
    "--scopes",
    required=True,
    help=f"What it may, with commas: {', '.join(SCOPES)}; or all.",
    metavar="SCOPES",
)
@click.option("--days", type=click.IntRange(1, 3650), help="Ends by itself after so many days.")
def create(name: str, scopes: str, days: int | None) -> None:
    """Make a key for NAME and print it. It is shown this once."""
    wanted = _scopes(scopes)
    now_ms = time.time_ns() // 1_000_000
    until_ms = None if days is None else now_ms + days * DAY_MS
    try:
        _, text = with_records(
            load_config(), lambda records: api_keys.create(records, name, wanted, now_ms, until_ms)
        )
    except Refused:
        raise click.BadParameter("wants something visible", param_hint="NAME") from None
    except api_keys.TooManyKeys:
        give_up(f"There are {api_keys.KEYS_MAX} keys. Revoke one with: classroom api-key revoke ID")
    click.echo(text)


@api_key.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_keys(as_json: bool) -> None:
    """List the keys: never their secrets, which nobody has but whom they were given to."""
    found = with_records(load_config(), api_keys.find_all)
    if as_json:
        click.echo(json.dumps([_shown(key) for key in found], indent=2))
        return
    rows = [[str(value) for value in (key.id, key.name, ",".join(key.scopes), *_days(key))] for key in found]
    click.echo(table(("ID", "NAME", "SCOPES", "MADE", "ENDS"), rows))


@api_key.command("revoke")
@click.argument("key_id", metavar="ID")
def revoke(key_id: str) -> None:
    """Refuse a key from now on, on every node."""
    if not with_records(load_config(), lambda records: api_keys.revoke(records, key_id)):
        give_up(f"There is no key {key_id!r}. See: classroom api-key list")


def _scopes(text: str) -> tuple[Scope, ...]:
    if text == "all":
        return SCOPES
    wanted = {part.strip() for part in text.split(",") if part.strip()}
    unknown = sorted(wanted.difference(SCOPES))
    if unknown or not wanted:
        raise click.BadParameter(f"wants some of: {', '.join(SCOPES)}; or all", param_hint="--scopes")
    return tuple(scope for scope in SCOPES if scope in wanted)


def _shown(key: ApiKey) -> dict[str, Any]:
    made, ends = _days(key)
    return {"id": key.id, "name": key.name, "scopes": key.scopes, "made": made, "ends": ends or None}


def _days(key: ApiKey) -> tuple[str, str]:
    return _day(key.created_at_ms), "" if key.until_ms is None else _day(key.until_ms)


def _day(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).date().isoformat()
