"""What is said when a request is refused: application/problem+json (RFC 9457), with a stable `code`."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Final, Literal

import msgspec
from starlette.responses import Response

MEDIA_TYPE: Final = "application/problem+json"

Code = Literal[
    "malformed",
    "key_missing",
    "key_unknown",
    "scope_missing",
    "not_found",
    "room_not_found",
    "participant_not_found",
    "invitation_not_found",
    "plan_not_found",
    "webhook_not_found",
    "key_not_found",
    "method_not_allowed",
    "too_slow",
    "idempotency_conflict",
    "too_many_plans",
    "too_many_invitations",
    "too_many_webhooks",
    "too_many_revoked",
    "body_too_large",
    "unsupported_media_type",
    "invalid",
    "address_forbidden",
    "rate_limited",
    "internal",
    "busy",
    "storage_unavailable",
]

STATUSES: Final[Mapping[Code, int]] = {
    "malformed": 400,
    "key_missing": 401,
    "key_unknown": 401,
    "scope_missing": 403,
    "not_found": 404,
    "room_not_found": 404,
    "participant_not_found": 404,
    "invitation_not_found": 404,
    "plan_not_found": 404,
    "webhook_not_found": 404,
    "key_not_found": 404,
    "method_not_allowed": 405,
    "too_slow": 408,
    "idempotency_conflict": 409,
    "too_many_plans": 409,
    "too_many_invitations": 409,
    "too_many_webhooks": 409,
    "too_many_revoked": 409,
    "body_too_large": 413,
    "unsupported_media_type": 415,
    "invalid": 422,
    "address_forbidden": 422,
    "rate_limited": 429,
    "internal": 500,
    "busy": 503,
    "storage_unavailable": 503,
}
"""Each code has one status."""


class ProblemDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457. `code` is stable; `detail` is for people and may change."""

    type: str = "about:blank"
    title: str
    status: Annotated[int, msgspec.Meta(ge=400, le=599)]
    code: Code
    detail: str = ""


class Problem(Exception):
    """Ends a request with this answer."""

    def __init__(self, code: Code, detail: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})


class ProblemResponse(Response):
    """`code` is for those who count."""

    code: Code


def response(problem: Problem) -> ProblemResponse:
    status = STATUSES[problem.code]
    body = ProblemDetails(
        title=HTTPStatus(status).phrase, status=status, code=problem.code, detail=problem.detail
    )
    headers = {"Cache-Control": "no-store", **problem.headers}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="classroom"'
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        headers.setdefault("Retry-After", "1")
    answer = ProblemResponse(msgspec.json.encode(body), status, headers, MEDIA_TYPE)
    answer.code = problem.code
    return answer
