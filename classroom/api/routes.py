"""The addresses of the API, from its operations."""

from __future__ import annotations

import re
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import Receive, Scope, Send

from classroom.api import attendances, health, invitations, openapi, plans, problems, rooms, webhooks
from classroom.api.operations import PREFIX, Operation
from classroom.api.problems import Problem, ProblemResponse
from classroom.api.service import Api

OPERATIONS: Final[tuple[Operation, ...]] = (
    *rooms.OPERATIONS,
    *invitations.OPERATIONS,
    *plans.OPERATIONS,
    *attendances.OPERATIONS,
    *webhooks.OPERATIONS,
    *health.OPERATIONS,
)
DESCRIPTION: Final = msgspec.json.encode(openapi.describe(OPERATIONS, PREFIX))


def mount(api: Api) -> Mount:
    """Everything below `PREFIX`."""
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in OPERATIONS:
        by_path.setdefault(operation.path, {})[operation.method] = operation
    routes: list[BaseRoute] = [Route(path, _Address(api, by_method)) for path, by_method in by_path.items()]
    routes.append(Route("/openapi.json", _Address(api, {})))
    mounted = Mount(PREFIX, app=Router(routes, redirect_slashes=False, default=_not_found))
    mounted.path_regex = re.compile(
        mounted.path_regex.pattern, re.DOTALL
    )  # a line's end is in no address of ours
    return mounted


class _Address:
    """One path: its operations by method."""

    def __init__(self, api: Api, by_method: dict[str, Operation]) -> None:
        self._api = api
        self._by_method = by_method

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        await _send(await self._answer(request), scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if not self._by_method and request.method in ("GET", "HEAD"):
            return Response(DESCRIPTION, media_type="application/json")
        operation = self._by_method.get("GET" if request.method == "HEAD" else request.method)
        if operation is not None:
            return await self._api.answer(operation, request)
        methods = [*self._by_method] or ["GET"]
        allow = ", ".join([*methods, *(["HEAD"] if "GET" in methods else [])])
        return problems.response(Problem("method_not_allowed", headers={"Allow": allow}))


async def _not_found(scope: Scope, receive: Receive, send: Send) -> None:
    await _send(problems.response(Problem("not_found")), scope, receive, send)


async def _send(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    if isinstance(response, ProblemResponse):
        scope["app"].state.runtime.counts.refused("api", response.code)
    await response(scope, receive, send)
