"""A server's API, for the command line: with an API key from anywhere, without one on the server's own machine."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from classroom import keys
from classroom.api import api_keys
from classroom.api.operations import PREFIX
from classroom.config import Config
from classroom.health_check import connect

TIMEOUT_S: Final = 30.0
PAGE: Final = 200
TRIES: Final = 10
LONGEST_PAUSE_S: Final = 10.0


class RemoteProblem(Exception):
    """The server refused it, or does not answer; the text says so."""


class Remote:
    """`url` None: the server of these settings, on this machine. `key` None: made from its own keys."""

    def __init__(self, config: Config, url: str | None, key: str | None) -> None:
        self._config = config
        self._url = url
        self._key = key

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The JSON of the answer; None: it has none. Raises RemoteProblem."""
        text = self.text(method, path, body, query, headers)
        return json.loads(text) if text else None

    def text(
        self,
        method: str,
        path: str,
        body: object = None,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """The text of the answer. Waits and tries again where the server says so. Raises RemoteProblem."""
        wanted = urlencode({name: value for name, value in (query or {}).items() if value is not None})
        data = None if body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        for _ in range(TRIES):
            sent["Authorization"] = f"Bearer {self._bearer()}"
            status, text, retry_after = self._exchange(
                method, f"{PREFIX}{path}{'?' if wanted else ''}{wanted}", data, sent
            )
            if retry_after is None:
                break
            time.sleep(retry_after)
        if status >= 400:
            raise RemoteProblem(_said(status, text))
        return text

    def _exchange(
        self, method: str, target: str, data: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, str, float | None]:
        connection = self._connect()
        try:
            connection.request(method, target, data, dict(headers))
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, HTTPException, ValueError) as problem:
            where = self._url or f"port {self._config.port} of this machine"
            raise RemoteProblem(f"The server at {where} does not answer: {problem}") from None
        finally:
            connection.close()
        after = answer.headers.get("Retry-After", "") if answer.status in (429, 503) else ""
        return answer.status, text, min(float(after), LONGEST_PAUSE_S) if after.isdigit() else None

    def _connect(self) -> HTTPConnection:
        if self._url is None:
            return connect(self._config, TIMEOUT_S)
        parts = urlsplit(self._url)
        try:
            port = parts.port
        except ValueError:
            port = 0
        if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
            raise RemoteProblem(f"--url wants http(s)://host[:port] (it is {self._url!r})")
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        return kind(parts.hostname, port, timeout=TIMEOUT_S)

    def every(self, path: str) -> Iterator[dict[str, Any]]:
        """Everything in a list, page by page."""
        cursor: str | None = None
        while True:
            page = self.ask("GET", path, query={"limit": PAGE, "cursor": cursor})
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def _bearer(self) -> str:
        if self._key is not None:
            return self._key
        try:
            return api_keys.local_key(keys.load_or_create(self._config.data_dir), time.time())
        except keys.KeysUnusable as problem:
            raise RemoteProblem(str(problem)) from None


def _said(status: int, text: str) -> str:
    try:
        problem = json.loads(text)
        detail = f": {problem['detail']}" if problem.get("detail") else ""
        return f"Refused ({problem['code']}){detail}"
    except (ValueError, KeyError, TypeError):
        return f"Refused: HTTP {status}"
