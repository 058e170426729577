"""The console script, in process where nothing is served and as a real process where it is."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from classroom import keys
from classroom.cli import main
from classroom.config import FIELDS
from signaling.errors import ErrorCode, ProtocolError
from signaling.tokens import verify
from tests.support.server import ROOT, running, token_of


def classroom(data: Path, *arguments: str, **variables: str) -> Result:
    environment = {field.variable: "" for field in FIELDS} | {"DATA_DIR": str(data)} | variables
    return CliRunner().invoke(main, arguments, env=environment)


def test_a_room_is_made_and_listed(tmp_path: Path) -> None:
    made = classroom(tmp_path, "room", "create", "Café & code", "--capacity", "20")
    assert made.exit_code == 0
    room = made.stdout.strip()
    assert re.fullmatch(r"[0-9a-f]{10}", room)
    assert re.fullmatch(
        rf"{room}  \d{{4}}-\d\d-\d\d  Café & code\n", classroom(tmp_path, "room", "list").stdout
    )


def test_a_link_says_whom_it_is_for(tmp_path: Path) -> None:
    room = classroom(tmp_path, "room", "create", "Web").stdout.strip()
    result = classroom(
        tmp_path,
        "invite",
        room,
        "--role",
        "trainer",
        "--name",
        " Tara  B. ",
        PUBLIC_URL="https://class.example",
    )
    assert result.exit_code == 0
    link = result.stdout.strip()
    assert link.startswith("https://class.example/join#t=")
    invitation = verify(token_of(link), keys.load_or_create(tmp_path), time.time())
    assert (invitation.room, invitation.role, invitation.name) == (room, "trainer", "Tara B.")
    assert invitation.room_name == "Web"
    assert not invitation.group


def test_a_lost_link_can_be_replaced(tmp_path: Path) -> None:
    room = classroom(tmp_path, "room", "create", "Web").stdout.strip()
    link = classroom(tmp_path, "invite", room, "--name", "Ana", "--seat", "p-1", "--days", "2").stdout.strip()
    invitation = verify(token_of(link), keys.load_or_create(tmp_path), time.time())
    assert invitation.seat == "p-1"
    assert 86_400 < invitation.exp - time.time() <= 2 * 86_400


@pytest.mark.parametrize("whom", [("--name", "Ana"), ("--group",)])
def test_a_link_can_end_at_a_time_even_a_past_one(tmp_path: Path, whom: tuple[str, ...]) -> None:
    room = classroom(tmp_path, "room", "create", "Web").stdout.strip()
    result = classroom(tmp_path, "invite", room, *whom, "--until", "2199-12-18T17:30")
    ring = keys.load_or_create(tmp_path)
    assert verify(token_of(result.stdout.strip()), ring, time.time()).exp == 7_256_971_800
    assert result.stderr == ""
    result = classroom(tmp_path, "invite", room, *whom, "--until", "2001-01-01T00:00")
    assert result.exit_code == 0
    assert "expired" in result.stderr
    with pytest.raises(ProtocolError) as refused:
        verify(token_of(result.stdout.strip()), ring, time.time())
    assert refused.value.code is ErrorCode.TOKEN_EXPIRED


def test_a_group_link_names_nobody(tmp_path: Path) -> None:
    room = classroom(tmp_path, "room", "create", "Web").stdout.strip()
    link = classroom(tmp_path, "invite", room, "--group").stdout.strip()
    invitation = verify(token_of(link), keys.load_or_create(tmp_path), time.time())
    assert (invitation.group, invitation.seat, invitation.name) == (True, None, None)


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (("invite", "nowhere", "--name", "Ana"), 1, "no room 'nowhere'"),
        (("invite", "nowhere"), 2, "either --name or --group"),
        (("invite", "nowhere", "--name", "A", "--group"), 2, "either --name or --group"),
        (("invite", "nowhere", "--name", "A", "--role", "king"), 2, "king"),
        (("room", "create", " "), 2, "NAME"),
        (("room", "create", "x" * 200), 2, "NAME"),
        (("room", "create", "\udcff\udcfe"), 2, "NAME"),
        (("room", "create", "x", "--capacity", "1"), 2, "capacity"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_mistakes_are_said_in_words(
    tmp_path: Path, arguments: tuple[str, ...], exit_code: int, said: str
) -> None:
    result = classroom(tmp_path, *arguments)
    assert result.exit_code == exit_code
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_a_room_has_a_name_that_a_terminal_can_show(tmp_path: Path) -> None:
    classroom(tmp_path, "room", "create", "Web\t\x1b[31m\u00a03\n")
    assert classroom(tmp_path, "room", "list").stdout.endswith("  Web [31m 3\n")


@pytest.mark.parametrize(
    "arguments",
    [("--name", "Ana", "--seat", "a b/c"), ("--name", "Ana", "--seat", ""), ("--group", "--seat", "p-1")],
)
def test_a_seat_goes_with_a_name_and_is_an_id(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    room = classroom(tmp_path, "room", "create", "Web").stdout.strip()
    result = classroom(tmp_path, "invite", room, *arguments)
    assert result.exit_code == 2
    assert "seat" in result.stderr


def test_an_invisible_name_is_refused(tmp_path: Path) -> None:
    room = classroom(tmp_path, "room", "create", "Web").stdout.strip()
    assert classroom(tmp_path, "invite", room, "--name", "\u200b").exit_code == 2


def test_a_wrong_variable_is_one_line_and_code_2(tmp_path: Path) -> None:
    for command in (("serve",), ("room", "list"), ("doctor",)):
        result = classroom(tmp_path, *command, PORT="eighty")
        assert result.exit_code == 2
        assert result.stderr == "classroom: PORT: wants a whole number from 0 to 65535 (it is 'eighty')\n"


def test_the_help_names_every_variable(tmp_path: Path) -> None:
    text = classroom(tmp_path, "serve", "--help").stdout
    assert [field.variable for field in FIELDS if field.variable not in text] == []


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    result = classroom(blocked / "data", "room", "list")
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.endswith("cannot be used: Not a directory. Check DATA_DIR.")


# --- as a process -----------------------------------------------------------------------------------------------


def serve(data: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOST": "127.0.0.1", "DATA_DIR": str(data), **variables}
    return subprocess.run(
        [sys.executable, "-m", "classroom.cli", "serve"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_taken_web_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        result = serve(tmp_path, PORT=str(port), MEDIA_PORT="0")
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"classroom: TCP port {port} on 127.0.0.1 is taken by ")
    assert f"(pid {os.getpid()})" in line
    assert "set PORT to a free port" in line


def test_a_taken_media_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("0.0.0.0", 0))
        port = holder.getsockname()[1]
        result = serve(tmp_path, PORT="0", MEDIA_PORT=str(port))
    assert result.returncode == 1
    line = result.stderr.splitlines()[-1]
    assert line.startswith(f"classroom: UDP port {port} on 0.0.0.0 is taken")
    assert "set MEDIA_PORT to a free port" in line


def test_a_taken_tcp_media_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("0.0.0.0", 0))
        holder.listen()
        port = holder.getsockname()[1]
        result = serve(tmp_path, PORT="0", MEDIA_PORT="0", MEDIA_TCP_PORT=str(port))
    assert result.returncode == 1
    line = result.stderr.splitlines()[-1]
    assert line.startswith(f"classroom: TCP port {port} on 0.0.0.0 is taken")
    assert "set MEDIA_TCP_PORT to a free port" in line


def test_a_certificate_that_is_none_is_one_clear_line(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("no certificate")
    result = serve(tmp_path, PORT="0", MEDIA_PORT="0", TLS_CERT=str(wrong), TLS_KEY=str(wrong))
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"classroom: TLS_CERT {wrong} and TLS_KEY {wrong} cannot be used together")


def test_an_address_of_another_machine(tmp_path: Path) -> None:
    result = serve(tmp_path, HOST="203.0.113.9", PORT="0", MEDIA_PORT="0")
    assert result.returncode == 1
    assert "203.0.113.9 is not an address of this machine. Set HOST" in result.stderr


def test_commands_work_beside_a_running_server(tmp_path: Path) -> None:
    with running(tmp_path, "--demo") as server:
        made = classroom(server.data_dir, "room", "create", "Beside")
        assert made.exit_code == 0
        assert "Beside" in classroom(server.data_dir, "room", "list").stdout
        second = serve(server.data_dir, PORT="0", MEDIA_PORT="0")
        assert second.returncode == 1
        assert "Another server runs on DATA_DIR" in second.stderr
        port, media_port = server.url.rsplit(":", 1)[1], str(server.media_port)
        result = classroom(
            server.data_dir, "doctor", "--json", HOST="127.0.0.1", PORT=port, MEDIA_PORT=media_port
        )
        findings = {finding["check"]: finding for finding in json.loads(result.stdout)}
        assert findings["port (TCP)"]["status"] == "ok"
        assert "answers" in findings["port (TCP)"]["found"]
        assert server.stop() == 0


def test_the_demo_prints_one_link_for_each(tmp_path: Path) -> None:
    with running(tmp_path, "--demo") as server:
        links = re.findall(r"^(Trainer|Participant): +(http\S+/join#t=\S+)$", server.log, re.MULTILINE)
        assert [name for name, _ in links] == ["Trainer", "Participant"]
        ring = keys.load_or_create(server.data_dir)
        trainer, people = (verify(token_of(link), ring, time.time()) for _, link in links)
        assert (trainer.role, trainer.group) == ("trainer", False)
        assert (people.role, people.group) == ("participant", True)
    with running(tmp_path, "--demo") as server:
        later = re.findall(r"^Participant: +\S+#t=(\S+)$", server.log, re.MULTILINE)[-1]
        assert verify(later, ring, time.time()).jti == people.jti, "the same browsers, the same seats"
