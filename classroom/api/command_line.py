"""What the commands that ask a running server by its API have in common: where it is, how they fail, tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import click

from classroom.api.remote import Remote, RemoteProblem
from classroom.console import give_up, load_config, table

F = TypeVar("F", bound=Callable[..., Any])


def remote(command: F) -> F:
    """Adds the options that say where the server is: `url`, `key`."""
    command = click.option(
        "--url", envvar="CLASSROOM_URL", help="Of another machine's server [CLASSROOM_URL]."
    )(command)
    return click.option(
        "--key", envvar="CLASSROOM_API_KEY", help="API key; not needed beside DATA_DIR [CLASSROOM_API_KEY]."
    )(command)


as_json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")


def reach(context: click.Context, url: str | None, key: str | None) -> Remote:
    """The server, for the commands of a group; the group alone prints its help."""
    context.obj = server = Remote(load_config(), url, key)
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
    return server


def tried(ask: Callable[[], Any]) -> Any:
    """What the server answers; a refusal ends the command."""
    try:
        return ask()
    except RemoteProblem as problem:
        give_up(str(problem))


def show(
    items: Iterable[dict[str, Any]],
    as_json: bool,
    heads: Sequence[str],
    row: Callable[[dict[str, Any]], Sequence[str]],
) -> None:
    """A table, or what the API gave."""
    if as_json:
        click.echo(json.dumps(list(items), indent=2))
    else:
        click.echo(table(heads, [row(one) for one in items]))
