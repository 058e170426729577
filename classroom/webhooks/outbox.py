"""What is kept of webhooks: themselves, the messages that wait, and how far each room's events were taken into account."""

from __future__ import annotations

from typing import Final

import msgspec

from classroom.records.base import PAGE, Records
from classroom.webhooks.delivery import WAITING_MAX, Delivery
from classroom.webhooks.notices import EventType

WEBHOOK: Final = "webhook"
DELIVERY: Final = "webhook-delivery"
CURSOR: Final = "webhook-cursor"
WEBHOOKS_MAX: Final = 20


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    url: str
    events: tuple[EventType, ...]
    secret: str
    created_at_ms: int
    ended: bool = False
    """The receiver said that it wants no more (410)."""


class TooManyWebhooks(Exception):
    """`WEBHOOKS_MAX` are kept."""


class Outbox:
    def __init__(self, records: Records) -> None:
        self._records = records

    async def webhooks(self) -> list[Webhook]:
        found = await self._records.page(WEBHOOK, limit=WEBHOOKS_MAX)
        return [msgspec.json.decode(value, type=Webhook) for _, value in found]

    async def add_webhook(self, webhook: Webhook) -> Webhook:
        """The one of this id that is there, else this one, which is then. Raises TooManyWebhooks."""
        known = await self.webhooks()
        if len(known) >= WEBHOOKS_MAX and webhook.id not in [one.id for one in known]:
            raise TooManyWebhooks
        there = await self._records.add(WEBHOOK, webhook.id, msgspec.json.encode(webhook))
        return webhook if there is None else msgspec.json.decode(there, type=Webhook)

    async def end_webhook(self, webhook: Webhook) -> None:
        if await self._records.get(WEBHOOK, webhook.id) is not None:
            ended = msgspec.structs.replace(webhook, ended=True)
            await self._records.put(WEBHOOK, webhook.id, msgspec.json.encode(ended))
        await self.forget_deliveries(webhook.id)

    async def remove_webhook(self, webhook_id: str) -> bool:
        there = await self._records.remove(WEBHOOK, webhook_id)
        await self.forget_deliveries(webhook_id)
        return there

    async def forget_deliveries(self, webhook_id: str) -> None:
        while found := await self._records.page(DELIVERY, f"{webhook_id}/"):
            for key, _ in found:
                await self._records.remove(DELIVERY, key)

    async def deliveries(self, webhook_id: str) -> list[Delivery]:
        """Those that wait, at most `WAITING_MAX`."""
        found: list[Delivery] = []
        after = ""
        while page := await self._records.page(DELIVERY, f"{webhook_id}/", after):
            found += [msgspec.json.decode(value, type=Delivery) for _, value in page]
            after = page[-1][0]
            if len(page) < PAGE or len(found) >= WAITING_MAX:
                break
        return found[:WAITING_MAX]

    async def add(self, webhook_id: str, delivery: Delivery) -> None:
        """One that is there already stays as it is."""
        await self._records.add(DELIVERY, f"{webhook_id}/{delivery.id}", msgspec.json.encode(delivery))

    async def put(self, webhook_id: str, delivery: Delivery) -> None:
        await self._records.put(DELIVERY, f"{webhook_id}/{delivery.id}", msgspec.json.encode(delivery))

    async def remove(self, webhook_id: str, delivery_id: str) -> None:
        await self._records.remove(DELIVERY, f"{webhook_id}/{delivery_id}")

    async def cursor(self, room_id: str) -> int | None:
        """The newest event of a room whose messages are in the outbox; None: none was looked at."""
        value = await self._records.get(CURSOR, room_id)
        return None if value is None else int(value)

    async def set_cursor(self, room_id: str, seq: int) -> None:
        await self._records.put(CURSOR, room_id, str(seq).encode())

    async def forget_room(self, room_id: str) -> None:
        await self._records.remove(CURSOR, room_id)
