"""Plain HTTP between nodes: questions, and requests of clients that another node is to answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from typing import Final, NamedTuple
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

THREADS: Final = 8
"""Requests under way at one time; a node that does not answer holds up no other thread of the process."""
MAX_WAITING: Final = 64
MAX_ANSWER_BYTES: Final = 2 * 1024 * 1024

_DIRECT: Final = build_opener(ProxyHandler({}))
"""A proxy of the environment is for the way out, not for neighbours."""


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


class NodeRequests:
    """Used from one event loop."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="nodes")
        self._under_way = 0

    async def ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        timeout_s: float,
    ) -> Answer | None:
        """What the node says; None: it does not answer, or too many requests are under way."""
        if self._under_way >= MAX_WAITING:
            return None
        self._under_way += 1
        try:
            request = Request(url, data=body, headers=dict(headers), method=method)
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, _answer, request, timeout_s)
        finally:
            self._under_way -= 1

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _answer(request: Request, timeout_s: float) -> Answer | None:
    try:
        try:
            response = _DIRECT.open(request, timeout=timeout_s)
        except HTTPError as refused:
            response = refused
        with response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, headers, response.read(MAX_ANSWER_BYTES))
    except (OSError, HTTPException, ValueError):
        return None
