"""A small client of WebDriver BiDi (https://w3c.github.io/webdriver-bidi/), which Firefox speaks without a driver beside it.

One session on one WebSocket, one command at a time. Commands that fail raise `BidiError` with the error code of the
specification; what the browser reports by itself (console, uncaught errors) gathers in `entries`.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from itertools import count
from types import TracebackType
from typing import Any

from websockets.sync.client import connect

COMMAND_TIMEOUT_S = 60.0
MAX_MESSAGE_BYTES = 32 * 1024 * 1024
"""A screenshot is one message."""


class BidiError(Exception):
    """The browser refused a command; `code` as in the specification's ErrorCode."""

    def __init__(self, method: str, code: str, message: str) -> None:
        super().__init__(f"{method}: {code}: {message}")
        self.code = code


class Bidi:
    """A session with the browser that listens at `url` ("ws://127.0.0.1:PORT"), and its first tab."""

    def __init__(self, url: str) -> None:
        self._open = ExitStack()
        socket = connect(f"{url}/session", max_size=MAX_MESSAGE_BYTES, compression=None)
        self._socket = self._open.enter_context(socket)
        self._numbers = count(1)
        self.entries: list[dict[str, Any]] = []
        """log.LogEntry of the page, oldest first."""
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded"])
        tree = self.send("browsingContext.getTree", maxDepth=0)
        self.context: str = tree["contexts"][0]["context"]

    def __enter__(self) -> Bidi:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def send(self, method: str, /, **params: Any) -> dict[str, Any]:
        """The result of a command (local end, section 3)."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        deadline = time.monotonic() + COMMAND_TIMEOUT_S
        while True:
            message = json.loads(self._socket.recv(deadline - time.monotonic()))
            if message["type"] == "event":
                if message["method"] == "log.entryAdded":
                    self.entries.append(message["params"])
            elif message.get("id") == number:
                if message["type"] == "error":
                    raise BidiError(method, message["error"], message["message"])
                result: dict[str, Any] = message["result"]
                return result

    def navigate(self, url: str) -> None:
        """Returns when the page has loaded."""
        self.send("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def reload(self) -> None:
        self.send("browsingContext.reload", context=self.context, wait="complete")

    def viewport(self, width: int, height: int) -> None:
        """In CSS pixels."""
        size = {"width": width, "height": height}
        self.send("browsingContext.setViewport", context=self.context, viewport=size)

    def screenshot(self) -> bytes:
        """The viewport as PNG."""
        return base64.b64decode(self.send("browsingContext.captureScreenshot", context=self.context)["data"])

    def call(self, function: str, *arguments: object, element: Mapping[str, Any] | None = None) -> Any:
        """What a JavaScript function returns, or the promise it gives: JSON, as the arguments. `element` comes first."""
        first = [{"sharedId": element["sharedId"]}] if element is not None else []
        given = {"type": "string", "value": json.dumps(arguments)}
        called = (
            "async (given, ...element) => JSON.stringify("
            f"(await ({function})(...element, ...JSON.parse(given))) ?? null)"
        )
        answer = self.send(
            "script.callFunction",
            functionDeclaration=called,
            arguments=[given, *first],
            target={"context": self.context},
            awaitPromise=True,
        )
        if answer["type"] == "exception":
            raise BidiError("script.callFunction", "javascript error", answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def locate(self, role: str, name: str) -> list[Mapping[str, Any]]:
        """Elements by their computed role and exact accessible name: what assistive technology is told."""
        locator = {"type": "accessibility", "value": {"role": role, "name": name}}
        found = self.send("browsingContext.locateNodes", context=self.context, locator=locator)
        nodes: list[Mapping[str, Any]] = found["nodes"]
        return nodes

    def click(self, element: Mapping[str, Any]) -> None:
        """A real press of the mouse's main button on the middle of an element in the viewport."""
        origin = {"type": "element", "element": {"sharedId": element["sharedId"]}}
        self._perform(
            {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        )

    def _perform(self, *actions: Mapping[str, Any]) -> None:
        sources: Sequence[Mapping[str, Any]] = [{"type": "pointer", "id": "mouse", "actions": list(actions)}]
        self.send("input.performActions", context=self.context, actions=sources)
