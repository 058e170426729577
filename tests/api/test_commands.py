"""The commands that ask a running server: in process, beside the real one."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Awaitable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from classroom.api.room_commands import table
from classroom.cli import main
from classroom.config import FIELDS
from rooms.events import RoomChanged
from tests.support.api import new_key
from tests.support.client import Client, Refusal
from tests.support.server import ClassroomServer


def enter(server: ClassroomServer, link: str) -> str:
    """Whose seat was taken, or with which code the link was refused."""

    async def entered() -> str:
        try:
            client = await Client.join(server.ws_url, link)
        except Refusal as refusal:
            return refusal.code
        await client.close()
        return client.me

    return asyncio.run(entered())


@pytest.fixture
def run(server: ClassroomServer) -> Runner:
    return Runner(server)


class Runner:
    def __init__(self, server: ClassroomServer) -> None:
        self._settings = {field.variable: "" for field in FIELDS} | {
            "DATA_DIR": str(server.data_dir),
            "HOST": "127.0.0.1",
            "PORT": server.url.rsplit(":", 1)[1],
            "PUBLIC_URL": server.url,
        }

    def __call__(self, *arguments: str, answer: str | None = None, **variables: str) -> Result:
        return CliRunner().invoke(main, arguments, env=self._settings | variables, input=answer)

    def said(self, *arguments: str, answer: str | None = None) -> str:
        result = self(*arguments, answer=answer)
        assert result.exit_code == 0, result.output
        return result.stdout


def test_rooms_are_made_listed_shown_and_erased(run: Runner) -> None:
    room = run.said("rooms", "create", "Café 会议", "--capacity", "12").strip()
    assert f"{room}  Café 会议" in run.said("rooms")
    listed = {one["id"]: one["name"] for one in json.loads(run.said("rooms", "--json"))}
    assert listed[room] == "Café 会议"
    assert "Café 会议  0       12" in run.said("rooms", "show", room)
    assert json.loads(run.said("rooms", "show", room, "--json"))["participants"] == []
    assert run("rooms", "erase", room, answer="n\n").exit_code == 1
    run.said("rooms", "erase", room, answer="y\n")
    gone = run("rooms", "show", room)
    assert gone.exit_code == 1
    assert gone.stderr == "classroom: Refused (room_not_found)\n"


async def test_a_room_is_changed_and_its_people_sent_out_and_let_back(
    run: Runner, server: ClassroomServer
) -> None:
    room = server.create_room("Web")
    ana = await Client.join(server.ws_url, link := server.invite(room, name="Ana", seat="ana"))

    def said(*arguments: str) -> Awaitable[str]:
        return asyncio.to_thread(run.said, *arguments)

    shown = await said("rooms", "change", room, "--name", "CSS", "--capacity", "4", "--locked", "--no-chat")
    assert "CSS   1       4" in shown
    assert "chat off, locked on" in shown
    assert (await ana.event(RoomChanged)).name == "CSS"
    assert run("rooms", "change", room).exit_code == 2
    assert "ana   Ana   participant  main room" in await said("participants", "list", room)
    await said("participants", "remove", room, "ana")
    assert (await ana.closed()).error == "removed"
    with pytest.raises(Refusal, match="removed"):
        await Client.join(server.ws_url, link)
    assert "ana   Ana " in await said("participants", "removed", room)
    await said("participants", "let-back", room, "ana")
    assert await said("participants", "removed", room) == "SEAT  NAME  SINCE (UTC)\n"
    await (await Client.join(server.ws_url, link)).close()


def test_groups_and_webhooks(run: Runner, tmp_path: Path) -> None:
    room = run.said("rooms", "create", "Web").strip()
    groups = tmp_path / "groups.csv"
    groups.write_text('\ufeffBlue,ana, bob\n\n"Red, 2"\n', encoding="utf-8")
    run.said("plans", "save", room, "Day 2", str(groups))
    (plan,) = json.loads(run.said("plans", "list", room, "--json"))
    assert [(one["name"], one["members"]) for one in plan["groups"]] == [
        ("Blue", ["ana", "bob"]),
        ("Red, 2", []),
    ]
    assert "Day 2  manual  2       2" in run.said("plans", "list", room)
    run.said("plans", "forget", room, "Day 2")
    assert run("plans", "forget", room, "Day 2").stderr.startswith("classroom: Refused (plan_not_found)")

    assert (
        run.said("webhooks", "create", "https://hook.example/x", "--events", "room.started")[:6] == "whsec_"
    )
    (made,) = json.loads(run.said("webhooks", "list", "--json"))
    assert f"{made['id']}  https://hook.example/x  room.started  0" in run.said("webhooks", "list")
    assert "Refused (invalid)" in run("webhooks", "create", "https://h.example", "--events", "x").stderr
    run.said("webhooks", "remove", made["id"])
    assert json.loads(run.said("webhooks", "list", "--json")) == []


def test_a_class_is_invited_from_a_list_once(run: Runner, server: ClassroomServer, tmp_path: Path) -> None:
    room = run.said("rooms", "create", "Web").strip()
    people = tmp_path / "people.txt"
    people.write_text("\ufeffAna\n\nBo, née C.\n", encoding="utf-8")
    first, again = (run.said("invitations", "create", room, str(people)) for _ in range(2))
    assert first == again
    rows = list(csv.DictReader(io.StringIO(first)))
    assert [row["name"] for row in rows] == ["Ana", "Bo, née C."]
    assert enter(server, rows[1]["link"]) == rows[1]["seat"]
    run.said("invitations", "revoke", room, rows[0]["invitation"])
    assert run.said("invitations", "list", room).count("revoked") == 1
    assert enter(server, rows[0]["link"]) == "token_revoked"
    assert "Bo, née C.  participant" in run.said("attendance", room)
    assert next(csv.reader(io.StringIO(run.said("attendance", room, "--csv"))))[1] == "name"
    assert json.loads(run.said("attendance", room, "--json", "--since", "2100-01-01")) == []
    run.said("rooms", "end", room)


def test_a_link_made_beside_the_server_can_be_taken_back(run: Runner, server: ClassroomServer) -> None:
    room = run.said("room", "create", "Web").strip()
    link = run.said("invite", room, "--name", "Ana").strip()
    (invitation,) = json.loads(run.said("invitations", "list", room, "--json"))
    run.said("invitations", "revoke", room, invitation["id"])
    assert enter(server, link) == "token_revoked"


def test_from_elsewhere_with_a_key(run: Runner, server: ClassroomServer, tmp_path: Path) -> None:
    far = {"DATA_DIR": str(tmp_path), "PORT": "1", "CLASSROOM_URL": server.url}
    key = new_key(server.data_dir, ("health:read",))
    assert "yes" in run("health", **far, CLASSROOM_API_KEY=key).stdout
    assert (
        run("rooms", **far, CLASSROOM_API_KEY=key).stderr
        == "classroom: Refused (scope_missing): rooms:read\n"
    )
    assert run("health", **far, CLASSROOM_API_KEY="no").stderr == "classroom: Refused (key_unknown)\n"
    assert "does not answer" in run("health", PORT="1").stderr
    assert "--url wants" in run("health", CLASSROOM_URL="class.example").stderr


def test_keys_are_made_listed_and_revoked(run: Runner, server: ClassroomServer) -> None:
    key = run.said("api-key", "create", "Zeit\x1b[31m", "--scopes", "health:read, rooms:read", "--days", "9")
    key = key.strip()
    assert run("health", CLASSROOM_API_KEY=key).exit_code == 0
    (listed,) = [one for one in json.loads(run.said("api-key", "list", "--json")) if one["ends"]]
    assert listed["scopes"] == ["rooms:read", "health:read"]
    assert key.split("_")[2] not in run.said("api-key", "list")
    run.said("api-key", "revoke", listed["id"])
    assert run("health", CLASSROOM_API_KEY=key).stderr == "classroom: Refused (key_unknown)\n"
    assert run("api-key", "revoke", listed["id"]).exit_code == 1
    assert run("api-key", "create", "x", "--scopes", "everything").exit_code == 2
    assert run("api-key", "create", "\x00", "--scopes", "all").exit_code == 2


def test_a_hostile_name_cannot_move_the_cursor() -> None:
    text = table(("A", "B"), [("\x1b[2J\u202ex", "y"), ("e\u0301", "z"), ("会", "z")])
    assert text.splitlines() == ["A       B", "�[2J�x  y", "e\u0301       z", "会      z"]
