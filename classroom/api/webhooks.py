"""Webhooks, as programs make and remove them."""

from __future__ import annotations

import secrets
from typing import Final

from classroom.api import idempotency, types
from classroom.api.operations import Call, Empty, Operation
from classroom.api.problems import Problem
from classroom.api.service import Api
from classroom.api.types import NewWebhook, WebhookDraft, Webhooks, moment
from classroom.webhooks import signing
from classroom.webhooks.addresses import Forbidden, check_url
from classroom.webhooks.notices import EVENT_TYPES
from classroom.webhooks.outbox import TooManyWebhooks, Webhook


async def create(api: Api, call: Call) -> NewWebhook:
    draft: WebhookDraft = call.body
    try:
        check_url(draft.url, api.runtime.config.webhook_networks)
    except Forbidden as problem:
        raise Problem("address_forbidden", f"{problem} - at `$.url`") from None
    webhook_id, at_ms = await idempotency.settle(api.records, call, "webhook", lambda: secrets.token_hex(8))
    webhook = Webhook(
        id=webhook_id,
        url=draft.url,
        events=tuple(name for name in EVENT_TYPES if name in draft.events),
        secret=signing.new_secret(),
        created_at_ms=at_ms,
    )
    try:
        webhook = await api.courier.outbox.add_webhook(webhook)
    except TooManyWebhooks:
        raise Problem("too_many_webhooks") from None
    api.courier.changed()
    return NewWebhook(
        id=webhook.id,
        url=webhook.url,
        events=webhook.events,
        created_at=moment(webhook.created_at_ms),
        secret=webhook.secret,
    )


async def page(api: Api, _: Call) -> Webhooks:
    return Webhooks(items=tuple([await _shown(api, one) for one in await api.courier.outbox.webhooks()]))


async def show(api: Api, call: Call) -> types.Webhook:
    for one in await api.courier.outbox.webhooks():
        if one.id == call.path["webhook_id"]:
            return await _shown(api, one)
    raise Problem("webhook_not_found")


async def remove(api: Api, call: Call) -> Empty:
    if not await api.courier.outbox.remove_webhook(call.path["webhook_id"]):
        raise Problem("webhook_not_found")
    api.courier.changed()
    return Empty()


async def _shown(api: Api, webhook: Webhook) -> types.Webhook:
    return types.Webhook(
        id=webhook.id,
        url=webhook.url,
        events=webhook.events,
        created_at=moment(webhook.created_at_ms),
        ended=webhook.ended,
        waiting=len(await api.courier.outbox.deliveries(webhook.id)),
    )


OPERATIONS: Final = (
    Operation(
        "createWebhook",
        "POST",
        "/webhooks",
        "webhooks:write",
        "Have an address told what happens in rooms.",
        create,
        NewWebhook,
        WebhookDraft,
        status=201,
        refusals=("idempotency_conflict", "address_forbidden", "too_many_webhooks"),
        idempotent_by_key=True,
        makes="webhook_id",
    ),
    Operation("listWebhooks", "GET", "/webhooks", "webhooks:read", "All webhooks.", page, Webhooks),
    Operation(
        "getWebhook",
        "GET",
        "/webhooks/{webhook_id}",
        "webhooks:read",
        "A webhook, and how many messages wait.",
        show,
        types.Webhook,
        refusals=("webhook_not_found",),
    ),
    Operation(
        "removeWebhook",
        "DELETE",
        "/webhooks/{webhook_id}",
        "webhooks:write",
        "Send nothing more there; what waits is dropped.",
        remove,
        refusals=("webhook_not_found",),
    ),
)
