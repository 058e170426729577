"""The lite agent: which path is used, when it moves, and when consent ends. Time is an argument."""

from __future__ import annotations

import pytest
from aioice.stun import parse_message

from classroom.media.ice import FOLLOW_AFTER_S, MAX_PATHS, Credentials, IceAgent, random_credentials
from classroom.media.model import PeerId
from classroom.media.relay import Address
from classroom.media.stun import StunError
from tests.media.checks import check

PEER = PeerId("room", "ada")
LOCAL = Credentials("ours1234", "passwordpasswordpassword")
REMOTE = Credentials("theirs", "passwordofthebrowserpassword")
HOME: Address = ("192.0.2.1", 1000)
MOBILE: Address = ("198.51.100.1", 2000)
CONSENT_S = 15.0


def agent() -> IceAgent:
    return IceAgent(PEER, LOCAL, REMOTE)


def selected(ice: IceAgent) -> Address | None:
    return ice.selected.address if ice.selected else None


def test_the_first_check_opens_a_path_at_once_even_unnominated() -> None:
    ice = agent()
    result = ice.check(check(LOCAL, "theirs"), HOME, 0.0)
    assert result.selected
    assert result.path is ice.selected
    assert selected(ice) == HOME
    assert parse_message(result.reply).attributes["XOR-MAPPED-ADDRESS"] == HOME


def test_nomination_moves_the_path() -> None:
    ice = agent()
    ice.check(check(LOCAL, "theirs"), HOME, 0.0)
    assert not ice.check(check(LOCAL, "theirs"), MOBILE, 0.1).selected
    assert selected(ice) == HOME
    assert ice.check(check(LOCAL, "theirs", nominate=True), MOBILE, 0.2).selected
    assert selected(ice) == MOBILE
    assert not ice.check(check(LOCAL, "theirs", nominate=True), MOBILE, 0.3).selected, "it is there already"


@pytest.mark.parametrize(
    ("silence_s", "moves"), [(FOLLOW_AFTER_S - 0.1, False), (FOLLOW_AFTER_S + 0.1, True)]
)
def test_firefox_is_followed_without_nomination_when_the_old_path_is_silent(
    silence_s: float, moves: bool
) -> None:
    ice = agent()
    ice.check(check(LOCAL, "theirs", nominate=True), HOME, 0.0)
    assert ice.selected is not None
    ice.selected.heard_at = 10.0  # media, written by the endpoint
    assert ice.check(check(LOCAL, "theirs"), MOBILE, 10.0 + silence_s).selected is moves


def test_a_controlled_peer_is_told_to_take_the_other_role() -> None:
    ice = agent()
    result = ice.check(check(LOCAL, "theirs", role="ICE-CONTROLLED"), HOME, 0.0)
    assert parse_message(result.reply).error_code == 487
    assert result.path is None
    assert ice.selected is None


@pytest.mark.parametrize(
    ("request_from", "reason"),
    [
        (check(LOCAL, "somebody"), "stun_unknown_user"),
        (check(Credentials("another1", LOCAL.password), "theirs"), "stun_unknown_user"),
        (check(LOCAL, "theirs", password="not the password of ours"), "stun_unauthenticated"),
    ],
)
def test_others_are_dropped_without_a_trace(request_from: object, reason: str) -> None:
    ice = agent()
    with pytest.raises(StunError) as caught:
        ice.check(request_from, HOME, 0.0)  # type: ignore[arg-type]
    assert caught.value.reason == reason
    assert ice.selected is None
    assert ice.addresses == ()


def test_consent_ends_without_checks_whatever_else_arrives() -> None:
    ice = agent()
    ice.check(check(LOCAL, "theirs"), HOME, 0.0)
    assert ice.selected is not None
    ice.selected.heard_at = CONSENT_S  # media alone is no consent (RFC 7675 section 5.1)
    assert ice.expire(CONSENT_S, CONSENT_S) == ()
    assert ice.expire(CONSENT_S + 0.1, CONSENT_S) == (HOME,)
    assert ice.selected is None
    assert ice.check(check(LOCAL, "theirs"), MOBILE, 60.0).selected, "a check brings it back"


def test_every_check_renews_consent() -> None:
    ice = agent()
    for now in range(0, 60, 5):
        ice.check(check(LOCAL, "theirs"), HOME, float(now))
        assert ice.expire(float(now), CONSENT_S) == ()
    assert selected(ice) == HOME


def test_a_path_that_is_no_longer_checked_is_forgotten() -> None:
    ice = agent()
    ice.check(check(LOCAL, "theirs"), HOME, 0.0)
    ice.check(check(LOCAL, "theirs", nominate=True), MOBILE, 10.0)
    assert ice.expire(20.0, CONSENT_S) == (HOME,)
    assert selected(ice) == MOBILE


def test_paths_are_bounded_and_the_selected_one_stays() -> None:
    ice = agent()
    ice.check(check(LOCAL, "theirs", nominate=True), HOME, 0.0)
    forgotten: list[Address] = []
    for port in range(20):
        forgotten += ice.check(check(LOCAL, "theirs"), ("203.0.113.1", port), 0.01 * port).forgotten
    assert len(ice.addresses) == MAX_PATHS
    assert HOME in ice.addresses
    assert forgotten == [("203.0.113.1", port) for port in range(20 - MAX_PATHS + 1)]


def test_restart_keeps_the_old_generation_until_the_new_one_is_used() -> None:
    ice = agent()
    ice.check(check(LOCAL, "theirs", nominate=True), HOME, 0.0)
    fresh = random_credentials()
    ice.restart(fresh, Credentials("their2", REMOTE.password))
    assert ice.local == fresh
    assert ice.ufrags == {LOCAL.ufrag, fresh.ufrag}
    ice.check(check(LOCAL, "theirs"), HOME, 1.0)
    assert selected(ice) == HOME, "until then media goes on"
    assert ice.check(check(fresh, "their2", nominate=True), MOBILE, 2.0).selected
    assert ice.ufrags == {fresh.ufrag}
    with pytest.raises(StunError):
        ice.check(check(LOCAL, "theirs"), HOME, 2.1)


def test_a_second_restart_before_the_first_was_used_replaces_it() -> None:
    ice = agent()
    first, second = random_credentials(), random_credentials()
    ice.restart(first, Credentials("their2", REMOTE.password))
    ice.restart(second, Credentials("their3", REMOTE.password))
    assert ice.ufrags == {LOCAL.ufrag, second.ufrag}
    with pytest.raises(StunError):
        ice.check(check(first, "their2"), HOME, 0.0)


def test_credentials_are_long_enough_and_in_the_grammar() -> None:
    local = random_credentials()
    assert (len(local.ufrag), len(local.password)) == (8, 24)
    assert (local.ufrag + local.password).replace("+", "").replace("/", "").isalnum()
    assert random_credentials() != local


def test_a_closed_connection_is_no_path_any_more() -> None:
    ice = agent()
    ice.check(check(LOCAL, "theirs", nominate=True), HOME, 0.0)
    ice.check(check(LOCAL, "theirs"), MOBILE, 0.1)
    assert not ice.forget(MOBILE), "another one is in use"
    assert ice.forget(HOME)
    assert ice.addresses == ()
    assert selected(ice) is None
    assert not ice.forget(HOME), "it is forgotten already"
    assert ice.check(check(LOCAL, "theirs"), MOBILE, 0.2).selected, "the next check is followed at once"
