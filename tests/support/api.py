"""A program that uses the API of a running server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from classroom.api import api_keys
from classroom.api.api_keys import SCOPES, Scope
from classroom.records.sqlite import SqliteRecords
from tests.support.server import ClassroomServer


def new_key(data_dir: Path, scopes: Sequence[Scope] = SCOPES, until_ms: int | None = None) -> str:
    """Made as `classroom api-key create` does, beside a running server."""

    async def made() -> str:
        records = SqliteRecords(data_dir / "records.sqlite3")
        _, text = await api_keys.create(records, "tests", scopes, time.time_ns() // 1_000_000, until_ms)
        await records.close()
        return text

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, made()).result()


def client(server: ClassroomServer, scopes: Sequence[Scope] = SCOPES) -> httpx.Client:
    key = new_key(server.data_dir, scopes)
    return httpx.Client(
        base_url=f"{server.url}/api/v1",
        headers={"Authorization": f"Bearer {key}"},
        timeout=30,
        trust_env=False,
    )
