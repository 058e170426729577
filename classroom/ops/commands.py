"""`classroom ops-link`: links to the ops page are made, listed and taken back where the records are."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime

import click

from classroom import keys
from classroom.console import give_up, load_config, table, with_records
from classroom.ops import access, links
from classroom.ops.links import GivenLink
from classroom.stores import StoreAway, cluster_keys


@click.group("ops-link", invoke_without_command=True)
@click.option(
    "--role",
    type=click.Choice(access.ROLES),
    default="operator",
    show_default=True,
    help="viewer: sees, and cannot act.",
)
@click.option(
    "--name", default="operations", show_default=True, help="Whose link it is: actions are logged with it."
)
@click.option(
    "--hours", type=click.IntRange(1, access.MAX_HOURS), default=access.DEFAULT_HOURS, show_default=True
)
@click.pass_context
def ops_link(context: click.Context, role: access.OpsRole, name: str, hours: int) -> None:
    """Print a signed link to the ops page: every room and node, live. Or list the links, or take one back."""
    if context.invoked_subcommand is not None:
        return
    config = load_config()
    now_s = time.time()
    try:
        given = access.new_pass(role, name, now_s=int(now_s), hours=hours)
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint="--name") from None
    try:
        ring = asyncio.run(cluster_keys(config, keys.load_or_create(config.data_dir)))
    except (keys.KeysUnusable, StoreAway) as problem:
        give_up(str(problem))
    try:
        with_records(config, lambda records: links.remember(records, given, now_s))
    except links.TooManyLinks:
        give_up(f"{links.LINKS_MAX} links are good now. Take one back with: classroom ops-link revoke ID")
    click.echo(access.link(config.public_url, given, ring))
    click.echo(f"To take it back: classroom ops-link revoke {given.jti}", err=True)


@ops_link.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_links(as_json: bool) -> None:
    """List the links that are good: never the links themselves, which nobody has but whom they were given to."""
    found = with_records(load_config(), lambda records: links.find_all(records, time.time()))
    if as_json:
        click.echo(json.dumps([_shown(one) for one in found], indent=2))
        return
    rows = [[*_shown(one).values()] for one in found]
    click.echo(table(("ID", "NAME", "ROLE", "MADE (UTC)", "ENDS (UTC)"), rows))


@ops_link.command("revoke")
@click.argument("link_ids", metavar="ID...", nargs=-1, required=True)
def revoke(link_ids: tuple[str, ...]) -> None:
    """Take links back: refused from now on, on every node; a page that is open by one closes within seconds."""
    config = load_config()
    unknown = [
        link_id
        for link_id in link_ids
        if not with_records(config, lambda records, one=link_id: links.revoke(records, one))  # type: ignore[misc]
    ]
    if unknown:
        give_up(f"There is no link {', '.join(map(repr, unknown))}. See: classroom ops-link list")


def _shown(link: GivenLink) -> dict[str, str]:
    given = link.given
    return {
        "id": given.jti,
        "name": given.name,
        "role": given.role,
        "made": _minute(link.created_at_ms / 1000),
        "ends": _minute(given.exp),
    }


def _minute(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M")
