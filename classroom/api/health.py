"""How this node does."""

from __future__ import annotations

from typing import Final

from classroom.api.operations import Call, Operation
from classroom.api.service import Api
from classroom.api.types import Health


async def show(api: Api, _: Call) -> Health:
    runtime = api.runtime
    return Health(
        ready=runtime.ready,
        rooms=len(runtime.hosts),
        sessions=len(runtime.sessions),
        loop_lag_ms=runtime.loop_watch.figures.worst_ms,
    )


OPERATIONS: Final = (
    Operation("getHealth", "GET", "/health", "health:read", "How this node does.", show, Health),
)
