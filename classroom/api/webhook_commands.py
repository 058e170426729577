"""`classroom webhooks`: which addresses are told what happens, by way of the API of a running server."""

from __future__ import annotations

import click

from classroom.api.command_line import as_json_option, reach, remote, show, tried
from classroom.api.remote import Remote
from classroom.webhooks.notices import EVENT_TYPES


@click.group(invoke_without_command=True)
@remote
@click.pass_context
def webhooks(context: click.Context, url: str | None, key: str | None) -> None:
    """List, make and end webhooks. Asks the running server."""
    reach(context, url, key)


@webhooks.command("list")
@as_json_option
@click.pass_obj
def webhooks_list(server: Remote, as_json: bool) -> None:
    """All webhooks, and how many messages each still has to hear."""
    show(
        tried(lambda: server.ask("GET", "/webhooks"))["items"],
        as_json,
        ("ID", "ADDRESS", "EVENTS", "WAITING", ""),
        lambda one: (
            one["id"],
            one["url"],
            ",".join(one["events"]),
            str(one["waiting"]),
            "ended by its receiver" if one["ended"] else "",
        ),
    )


@webhooks.command("create")
@click.argument("address", metavar="URL")
@click.option("--events", default="all", show_default=True, help=f"With commas: {', '.join(EVENT_TYPES)}.")
@click.pass_obj
def webhooks_create(server: Remote, address: str, events: str) -> None:
    """Have URL told what happens in rooms. Prints the secret that signs the messages, this once."""
    wanted = EVENT_TYPES if events == "all" else [part.strip() for part in events.split(",")]
    made = tried(lambda: server.ask("POST", "/webhooks", {"url": address, "events": wanted}))
    click.echo(made["secret"])


@webhooks.command("remove")
@click.argument("webhook_id", metavar="ID")
@click.pass_obj
def webhooks_remove(server: Remote, webhook_id: str) -> None:
    """Tell this webhook nothing more; what waits for it is dropped."""
    tried(lambda: server.ask("DELETE", f"/webhooks/{webhook_id}"))
