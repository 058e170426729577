"""How HTTP requests are refused: a stable code for programs, counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

if TYPE_CHECKING:
    from classroom.runtime import Runtime


class HttpRefusal(Exception):
    """To be answered with `status` and `code`."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


def refuse(request: Request, status: int, code: str, headers: dict[str, str] | None = None) -> Response:
    """The answer `{"error": code}`; the refusal is counted."""
    runtime: Runtime = request.app.state.runtime
    runtime.counts.refused("http", code)
    return JSONResponse({"error": code}, status, {"Cache-Control": "no-store", **(headers or {})})
