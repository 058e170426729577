"""Peers that moved are asked, and nobody else gains anything by their packets. Time is an argument."""

from __future__ import annotations

import pytest
from aioice.stun import Class, Message, parse_message

from classroom.media import stun
from classroom.media.ice import SILENT_AFTER_S, Credentials, IceAgent
from classroom.media.model import PeerId
from classroom.media.moves import (
    AGAIN_AFTER_S,
    ANSWER_WITHIN_S,
    ASKS_BURST,
    ASKS_PER_S,
    LOOK_EVERY_S,
    LOOKS_BURST,
    MAX_ASKED_FOR_PEER,
    Moves,
)
from classroom.media.relay import Address
from tests.media.checks import check

LOCAL = Credentials("ours1234", "passwordpasswordpassword")
REMOTE = Credentials("theirs", "passwordofthebrowserpassword")
HOME: Address = ("192.0.2.1", 1000)
MOBILE: Address = ("198.51.100.1", 2000)
ELSEWHERE: Address = ("203.0.113.1", 3000)
MEDIA_BYTES = 200
HEARD = 10.0
SILENT = HEARD + SILENT_AFTER_S + 0.01


def at_home(name: str = "ada") -> IceAgent:
    """An agent whose peer was last heard at HOME, at the time HEARD."""
    agent = IceAgent(PeerId("room", name), LOCAL, REMOTE)
    agent.check(check(LOCAL, REMOTE.ufrag, nominate=True), HOME, HEARD)
    return agent


def answer(request: bytes, source: Address, password: str = REMOTE.password) -> bytes:
    """What a browser at `source` replies (RFC 8445 section 7.3)."""
    return stun.success(parse_message(request), source, password)


def asked(moves: Moves, agent: IceAgent, source: Address = MOBILE, now: float = SILENT) -> bytes:
    request = moves.ask(agent, source, MEDIA_BYTES, now)
    assert request is not None
    return request


def test_the_request_is_one_that_a_browser_answers() -> None:
    request = parse_message(asked(Moves(), at_home()))
    assert request.attributes["USERNAME"] == "theirs:ours1234"
    assert {"PRIORITY", "ICE-CONTROLLED", "FINGERPRINT"} <= request.attributes.keys()
    assert "USE-CANDIDATE" not in request.attributes, "only who controls nominates"
    stun.verify(request, REMOTE.password)


def test_the_peers_answer_makes_its_address_the_path() -> None:
    moves, agent = Moves(), at_home()
    request = asked(moves, agent)
    assert MOBILE not in agent.addresses, "nothing is believed before the answer"
    assert moves.answered(answer(request, MOBILE), MOBILE, SILENT + 0.1) is agent
    moved = agent.answered(MOBILE, SILENT + 0.1)
    assert moved.selected
    assert moved.reply is None
    assert agent.selected is not None
    assert agent.selected.address == MOBILE


@pytest.mark.parametrize(
    ("source", "size", "now"),
    [
        (MOBILE, MEDIA_BYTES, HEARD + SILENT_AFTER_S - 0.01),  # heard at home just now
        (HOME, MEDIA_BYTES, SILENT),  # the path itself
        (MOBILE, 60, SILENT),  # the question would be longer than what caused it
    ],
)
def test_nobody_is_asked_without_need(source: Address, size: int, now: float) -> None:
    assert Moves().ask(at_home(), source, size, now) is None


def test_a_peer_without_a_path_is_awaited_not_sought() -> None:
    assert Moves().ask(IceAgent(PeerId("room", "new"), LOCAL, REMOTE), MOBILE, MEDIA_BYTES, SILENT) is None


def test_a_copier_elsewhere_cannot_answer() -> None:
    """It has the peer's packets, and so its SSRCs; it has neither its password nor its address."""
    moves, agent = Moves(), at_home()
    request = asked(moves, agent, ELSEWHERE)
    with pytest.raises(stun.StunError, match="stun_unauthenticated"):
        moves.answered(answer(request, ELSEWHERE, LOCAL.password), ELSEWHERE, SILENT + 0.1)
    # The request handed on to the true peer brings its answer, but from the peer's own address.
    with pytest.raises(stun.StunError, match="stun_not_asked"):
        moves.answered(answer(request, ELSEWHERE), HOME, SILENT + 0.1)
    assert agent.addresses == (HOME,)


def test_only_a_signed_answer_to_an_open_question_counts() -> None:
    moves, agent = Moves(), at_home()
    request = asked(moves, agent)
    unsigned = bytes(Message(stun.Method.BINDING, Class.RESPONSE, parse_message(request).transaction_id))
    refused = stun.role_conflict(parse_message(request), REMOTE.password)
    unasked = answer(bytes(check(REMOTE, LOCAL.ufrag)), MOBILE)
    for datagram, reason in (
        (unsigned, "stun_unauthenticated"),
        (refused, "stun_not_a_check"),
        (unasked, "stun_not_asked"),
        (request[:-1], "stun_malformed"),
    ):
        with pytest.raises(stun.StunError, match=reason):
            moves.answered(datagram, MOBILE, SILENT + 0.1)
    reply = answer(request, MOBILE)
    moves.answered(reply, MOBILE, SILENT + 0.2)
    with pytest.raises(stun.StunError, match="stun_not_asked"):
        moves.answered(reply, MOBILE, SILENT + 0.2)


def test_an_answer_that_comes_too_late_is_nobodys() -> None:
    moves, agent = Moves(), at_home()
    request = asked(moves, agent)
    with pytest.raises(stun.StunError, match="stun_not_asked"):
        moves.answered(answer(request, MOBILE), MOBILE, SILENT + ANSWER_WITHIN_S + 0.1)


def test_who_is_heard_at_home_again_meanwhile_stays_there() -> None:
    agent = at_home()
    assert agent.selected is not None
    agent.selected.heard_at = SILENT + 0.1
    assert not agent.answered(MOBILE, SILENT + 0.1).selected
    assert agent.selected.address == HOME
    assert MOBILE in agent.addresses


def test_a_lost_question_is_repeated_after_a_while() -> None:
    moves, agent = Moves(), at_home()
    asked(moves, agent)
    assert moves.ask(agent, MOBILE, MEDIA_BYTES, SILENT + AGAIN_AFTER_S - 0.01) is None
    assert moves.ask(agent, MOBILE, MEDIA_BYTES, SILENT + AGAIN_AFTER_S + 0.01) is not None


def test_questions_in_the_name_of_one_peer_are_few() -> None:
    moves, agent = Moves(), at_home()
    requests = [
        moves.ask(agent, ("203.0.113.1", port), MEDIA_BYTES, SILENT + port / 1000) for port in range(1000)
    ]
    assert sum(request is not None for request in requests) == MAX_ASKED_FOR_PEER


def test_questions_of_all_peers_are_bounded() -> None:
    moves = Moves()
    agents = [at_home(str(number)) for number in range(400)]
    requests = [
        moves.ask(agent, ("203.0.113.1", 1000 + number), MEDIA_BYTES, SILENT + number / 400)
        for number, agent in enumerate(agents)
    ]
    assert sum(request is not None for request in requests) <= ASKS_BURST + ASKS_PER_S


def test_one_address_asks_for_one_question_whoever_it_pretends_to_be() -> None:
    moves = Moves()
    requests = [moves.ask(at_home(str(n)), MOBILE, MEDIA_BYTES, SILENT) for n in range(10)]
    assert sum(request is not None for request in requests) == 1


def test_a_flood_is_hardly_looked_at() -> None:
    moves = Moves()
    one = [moves.worth_a_look(MOBILE, SILENT + n / 10_000) for n in range(10_000)]
    assert sum(one) <= 1 / LOOK_EVERY_S + 1
    many = [moves.worth_a_look(("203.0.113.1", n), SILENT + 2) for n in range(10_000)]
    assert sum(many) <= LOOKS_BURST
