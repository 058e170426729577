"""Links to the ops page: signed, expiring, for no other door, and invitations are none."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from classroom import invitations, keys
from classroom.cli import main
from classroom.config import FIELDS
from classroom.ops import access
from signaling import tokens
from signaling.errors import ErrorCode, ProtocolError
from signaling.tokens import KeyRing

KEYS = KeyRing({"k": b"k" * 32}, "k")
NOW_S = 1_800_000_000


def token(role: access.OpsRole = "operator", hours: int = 12, keys: KeyRing = KEYS) -> str:
    given = access.new_pass(role, "Nadia", now_s=NOW_S, hours=hours)
    return access.link("https://class.example", given, keys).split("#t=")[1]


def refusal(text: str, now_s: int = NOW_S) -> ErrorCode:
    with pytest.raises(ProtocolError) as refused:
        access.verify(text, KEYS, now_s)
    return refused.value.code


def test_a_link_says_who_and_what_and_until_when() -> None:
    link = access.link("https://class.example", access.new_pass("viewer", "Nadia", now_s=NOW_S), KEYS)
    assert link.startswith("https://class.example/ops#t=")
    given = access.verify(link.split("#t=")[1], KEYS, NOW_S)
    assert (given.name, given.role, given.may_act, given.exp) == (
        "Nadia",
        "viewer",
        False,
        NOW_S + 12 * 3_600,
    )
    assert access.verify(token(), KEYS, NOW_S).may_act


def test_it_ends() -> None:
    text = token(hours=1)
    access.verify(text, KEYS, NOW_S + 3_599)
    assert refusal(text, NOW_S + 3_600) is ErrorCode.TOKEN_EXPIRED


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "é", "null", token(keys=KeyRing({"k": b"x" * 32}, "k"))])
def test_what_is_no_link_of_ours_is_refused(text: str) -> None:
    assert refusal(text) is ErrorCode.TOKEN_INVALID


def test_no_token_opens_the_other_door() -> None:
    invitation = invitations.personal("r1", "Web", "trainer", "Tara", now_s=NOW_S)
    assert refusal(tokens.sign(invitation, KEYS)) is ErrorCode.TOKEN_INVALID
    with pytest.raises(ProtocolError) as refused:
        tokens.verify(token(), KEYS, NOW_S)
    assert refused.value.code is ErrorCode.TOKEN_INVALID


def test_a_name_has_something_visible_in_it() -> None:
    with pytest.raises(ValueError):
        access.new_pass("viewer", " \u200b ", now_s=NOW_S)


def test_links_are_made_listed_and_taken_back(tmp_path: Path) -> None:
    environment = {field.variable: "" for field in FIELDS}
    environment |= {"DATA_DIR": str(tmp_path), "PUBLIC_URL": "https://class.example"}

    def ops_link(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["ops-link", *arguments], env=environment)

    done = ops_link("--role", "viewer", "--name", " Nadia\u202e ", "--hours", "2")
    assert done.exit_code == 0, done.output
    token = done.stdout.strip().removeprefix("https://class.example/ops#t=")
    given = access.verify(token, keys.load_or_create(tmp_path), time.time())
    assert (given.name, given.role) == ("Nadia", "viewer")
    assert 7_000 < given.exp - time.time() <= 7_200
    assert f"classroom ops-link revoke {given.jti}" in done.stderr
    assert ops_link("--name", " ").exit_code == 2
    assert ops_link("--hours", "0").exit_code == 2

    assert ops_link("--name", "Olga").exit_code == 0
    listed = json.loads(ops_link("list", "--json").stdout)
    assert [(one["name"], one["role"]) for one in listed] == [("Nadia", "viewer"), ("Olga", "operator")]
    assert listed[0]["id"] == given.jti
    lines = ops_link("list").stdout.splitlines()
    assert lines[0].split() == ["ID", "NAME", "ROLE", "MADE", "(UTC)", "ENDS", "(UTC)"]
    assert lines[1].startswith(f"{given.jti}  Nadia  viewer    ")
    assert token not in ops_link("list").stdout

    assert ops_link("revoke", given.jti).exit_code == 0
    assert [one["name"] for one in json.loads(ops_link("list", "--json").stdout)] == ["Olga"]
    again = ops_link("revoke", given.jti, listed[1]["id"])
    assert (again.exit_code, again.stderr) == (
        1,
        f"classroom: There is no link '{given.jti}'. See: classroom ops-link list\n",
    )
    assert json.loads(ops_link("list", "--json").stdout) == []
