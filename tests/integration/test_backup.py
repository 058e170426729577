"""A backup of a server in use, and another server that goes on from it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from classroom import invitations
from classroom.journal.redis import RedisJournal
from rooms.commands import ImageToPost, PostChat
from rooms.events import ChatPosted
from tests.classroom.test_images import png
from tests.support.client import Client
from tests.support.ports import free_port
from tests.support.redis import running_redis
from tests.support.server import ROOT, running


def classroom(data_dir: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATA_DIR": str(data_dir), **variables}
    return subprocess.run(
        [sys.executable, "-m", "classroom.cli", *command], capture_output=True, text=True, env=environment
    )


def proof(who: Client) -> dict[str, str]:
    return {"Authorization": f"Bearer {who.welcome.session_id}.{who.welcome.secret}"}


async def test_a_server_in_use_is_backed_up_and_goes_on_elsewhere(tmp_path: Path) -> None:
    file = tmp_path / "backup.tar.gz"
    acknowledged: list[str] = []
    with running(tmp_path / "old") as server:
        room = server.create_room()
        link = server.invite(room)
        ana = await Client.join(server.ws_url, link)
        async with httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
            image = (await http.post("/api/chat-images", content=png(), headers=proof(ana))).json()["id"]
        shown = ImageToPost(id=image, alt="A page")
        await ana.request(PostChat(channel="room", text="with a picture", images=(shown,)))
        enough, stop = asyncio.Event(), asyncio.Event()

        async def write() -> None:
            while not stop.is_set():
                text = f"message {len(acknowledged)}"
                await ana.request(PostChat(channel="room", text=text))
                acknowledged.append(text)
                if len(acknowledged) == 5:
                    enough.set()
                await asyncio.sleep(0.06)

        writing = asyncio.create_task(write())
        await enough.wait()
        before = len(acknowledged)
        made = await asyncio.to_thread(classroom, server.data_dir, "backup", str(file))
        during = len(acknowledged)
        stop.set()
        await writing
        assert (made.returncode, made.stderr) == (0, "")
        assert "1 rooms, 1 images" in made.stdout
        assert during > before, "people wrote while the backup was made"
        running_still = classroom(server.data_dir, "restore", str(file), "--force")
        assert (running_still.returncode, "Another server runs" in running_still.stderr) == (1, True)
    checked = classroom(tmp_path / "nowhere", "restore", "--check", str(file))
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "can be restored: 1 rooms, 1 images" in checked.stdout
    assert not (tmp_path / "nowhere").exists()
    restored = classroom(tmp_path / "new" / "data", "restore", str(file))
    assert (restored.returncode, restored.stderr) == (0, "")
    again = classroom(tmp_path / "new" / "data", "restore", str(file))
    assert (again.returncode, "--force" in again.stderr) == (1, True)
    with running(tmp_path / "new") as server:
        back = await Client.join(server.ws_url, link)  # the keys came along: old links are good
        texts = [
            recorded.event.message.text
            for recorded in server.history(room)
            if isinstance(recorded.event, ChatPosted)
        ]
        kept = ["with a picture", *acknowledged][: len(texts)]
        assert texts == kept, "one state of the journal, without gaps"
        assert len(texts) > before, "all that was acknowledged before the backup began is in it"
        async with httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
            assert (await http.get(f"/api/chat-images/{image}", headers=proof(back))).status_code == 200
        await back.close()


@pytest.mark.redis
async def test_rooms_in_redis_are_backed_up_and_restored_as_written(tmp_path: Path) -> None:
    """The commands of docs/deploy.md, on other ports."""
    page = (ROOT / "docs" / "deploy.md").read_text().split("### Redis\n")[1]
    dump, *restore = [line.strip() for line in page.split("## ")[0].splitlines() if line.startswith("    ")]
    new = tmp_path / "new"
    new.mkdir()
    with running_redis(tmp_path / "old") as old:
        journal = RedisJournal(old.url)
        await invitations.create_room(journal, "room-1", "Web", 16)
        await journal.close()
        shell(
            dump.replace("REDIS", "127.0.0.1 -p " + str(old.port)).replace("$(date +%F)", "2026-11-22"), new
        )
    port = str(free_port())
    copy, start, keep, look, stop = [
        line.replace("redis-cli", f"redis-cli -p {port}").replace(
            "redis-server", f"redis-server --port {port}"
        )
        for line in restore
    ]
    shell(copy, new)
    shell(start, new)
    try:
        for _ in range(600):
            if shell(f"redis-cli -p {port} PING 2>&1 || true", new) == "PONG":
                break
            await asyncio.sleep(0.05)
        shell(keep, new)
        for _ in range(600):
            if shell(look, new) == "aof_rewrite_in_progress:0":
                break
            await asyncio.sleep(0.05)
    finally:
        shell(stop, new)
    with running_redis(new) as again:  # with appendonly yes, as always
        journal = RedisJournal(again.url)
        assert [listing.room_id for listing in await journal.rooms()] == ["room-1"]
        await journal.close()


def shell(line: str, folder: Path) -> str:
    ran = subprocess.run(line, shell=True, cwd=folder, capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def test_rooms_in_redis_are_backed_up_there(tmp_path: Path) -> None:
    refused = classroom(tmp_path, "backup", str(tmp_path / "file"), REDIS_URL="redis://127.0.0.1:1/0")
    assert refused.returncode == 1
    assert "redis-cli --rdb" in refused.stderr
