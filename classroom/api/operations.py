"""What an operation of the API is: one declaration, from which its route, its checks and its description are made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from classroom.api.api_keys import ApiKey, Scope
from classroom.api.problems import Code

if TYPE_CHECKING:
    from classroom.api.service import Api

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]

PREFIX: Final = "/api/v1"
"""Of every path."""
ROOM_PATTERN: Final = "[A-Za-z0-9_-]{1,64}"
PARAMETERS: Final[Mapping[str, str]] = {
    "room_id": ROOM_PATTERN,
    "invitation_id": ROOM_PATTERN,
    "webhook_id": ROOM_PATTERN,
    "participant_id": ROOM_PATTERN,
}
"""What may stand in an address; what does not match is not found."""


class NoQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """No parameters."""


class Empty(msgspec.Struct, frozen=True):
    """Nothing is answered."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request that passed every check of form: who asks, for what."""

    key: ApiKey
    path: Mapping[str, str]
    query: Any
    body: Any
    """Of the operation's declared types."""
    idempotency_key: str | None
    now_ms: int


Handler = Callable[["Api", Call], Awaitable[object]]
"""Gives the reply, of the declared type; a `Response` as it is. Raises `Problem`."""


@dataclass(frozen=True, slots=True)
class Operation:
    """See docs/api.md for what each does."""

    id: str
    method: Method
    path: str
    scope: Scope | None
    """None: answered to everybody."""
    summary: str
    handler: Handler
    reply: Any = Empty
    """Its type. `Empty`: 204."""
    body: Any = None
    query: type[msgspec.Struct] = NoQuery
    refusals: tuple[Code, ...] = ()
    """Besides those that any operation has."""
    status: int = 200
    idempotent_by_key: bool = False
    makes: str = ""
    """The parameter that the `id` of what it made is, in other operations' addresses."""
    also: Mapping[str, Any] = field(default_factory=dict)
    """Other media types of the reply: media type to schema."""

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))
