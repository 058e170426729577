"""The client's files, as `make build` left them: read once, when the server starts, so that no request waits for a disk
in the loop that carries the media. A few megabytes at most.

Compressed forms (`app.js.br`, `app.js.gz`) are made by the build and chosen by `Accept-Encoding` (RFC 9110 section 12.5.3).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

MEDIA_TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""What the system's own table says differs from one machine to the next."""

ENCODINGS: Final[Mapping[str, str]] = {"br": ".br", "gzip": ".gz"}
"""Content coding → how a file compressed with it is named; the better one first."""

HASHED: Final = "assets/"
"""Names below this hold a hash of their content: what was fetched once is good for ever."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a file. `coding` None: as it is."""

    coding: str | None
    body: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class File:
    media_type: str
    immutable: bool
    forms: tuple[Form, ...]
    """The best compressed first, the plain one last."""


def read(directory: Path) -> dict[str, File]:
    """Every file below `directory` by its path, with "/" between its parts. An absent directory has none."""
    bodies = {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }
    compressed = {
        name + suffix for name in bodies for suffix in ENCODINGS.values() if name + suffix in bodies
    }
    return {name: _file(name, bodies) for name in bodies if name not in compressed}


def _file(name: str, bodies: Mapping[str, bytes]) -> File:
    codings = [(coding, name + suffix) for coding, suffix in ENCODINGS.items() if name + suffix in bodies]
    forms = (*codings, (None, name))
    return File(
        media_type=MEDIA_TYPES.get(Path(name).suffix, "application/octet-stream"),
        immutable=name.startswith(HASHED),
        forms=tuple(Form(coding, bodies[stored], _etag(bodies[stored])) for coding, stored in forms),
    )


def _etag(body: bytes) -> str:
    """Of the very bytes: each form has its own, as a strong validator must."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def answer(file: File, request: Request, status: int = 200) -> Response:
    """The file in the best form that the client takes, or 304 if it has that one."""
    accepted = accepted_codings(request.headers.get("accept-encoding", ""))
    form = next(form for form in file.forms if form.coding is None or form.coding in accepted)
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if file.immutable else "no-cache",
        "ETag": form.etag,
    }
    if len(file.forms) > 1:
        headers["Vary"] = "Accept-Encoding"
    if form.coding is not None:
        headers["Content-Encoding"] = form.coding
    if _has(request.headers.get("if-none-match", ""), form.etag):
        headers.pop("Content-Encoding", None)
        return Response(status_code=304, headers=headers)
    headers["Content-Type"] = file.media_type
    return Response(form.body, status, headers)


def accepted_codings(header: str) -> frozenset[str]:
    """What `Accept-Encoding` takes of what we have. `q=0` refuses; "*" stands for what is not named."""
    weights: dict[str, bool] = {}
    for part in header.split(","):
        coding, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights[coding] = not any(_is_zero(parameter) for parameter in parameters)
    return frozenset(coding for coding in ENCODINGS if weights.get(coding, weights.get("*", False)))


def _is_zero(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    return name.strip() == "q" and value.strip().rstrip("0") in ("", ".", "0.")


def _has(if_none_match: str, etag: str) -> bool:
    """Weak comparison (RFC 9110 section 13.1.2)."""
    held = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in held or held == ["*"]
