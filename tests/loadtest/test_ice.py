"""The ICE agent against a server that answers as RFC 8445 and RFC 7675 say, on a simulated clock."""

from __future__ import annotations

from aioice import stun

from loadtest.ice import CHECK_INTERVAL_S, CONNECT_TIMEOUT_S, CONSENT_INTERVAL_S, CONSENT_TIMEOUT_S, IceAgent

PASSWORD = "p" * 24


def make_agent(now: float = 0.0) -> IceAgent:
    return IceAgent(local_ufrag="mine", remote_ufrag="yours", remote_pwd=PASSWORD, tie_breaker=5, now=now)


def answer(request: bytes, *, password: str = PASSWORD, transaction_id: bytes | None = None) -> bytes:
    parsed = stun.parse_message(request)
    response = stun.Message(
        stun.Method.BINDING, stun.Class.RESPONSE, transaction_id=transaction_id or parsed.transaction_id
    )
    response.attributes["XOR-MAPPED-ADDRESS"] = ("127.0.0.1", 1234)
    response.add_message_integrity(password.encode())
    return bytes(response)


def due_check(agent: IceAgent, now: float) -> bytes:
    request = agent.poll(now)
    assert request is not None
    return request


def connect(agent: IceAgent, now: float) -> None:
    agent.receive(answer(due_check(agent, now)), now)
    agent.nominate(now)
    agent.receive(answer(due_check(agent, now)), now)


def test_checks_are_those_of_a_controlling_agent() -> None:
    check = stun.parse_message(due_check(make_agent(), 0.0))
    assert check.message_class is stun.Class.REQUEST
    assert check.attributes["USERNAME"] == "yours:mine"
    assert check.attributes["ICE-CONTROLLING"] == 5
    assert "USE-CANDIDATE" not in check.attributes
    assert check.check_message_integrity(PASSWORD.encode())


def test_checks_repeat_until_one_is_answered() -> None:
    agent = make_agent()
    first = due_check(agent, 0.0)
    assert agent.poll(CHECK_INTERVAL_S / 2) is None
    second = due_check(agent, CHECK_INTERVAL_S)
    assert first != second
    agent.receive(answer(first), 0.15)
    assert agent.valid


def test_the_chosen_pair_is_nominated_at_once_and_then_asked_for_consent() -> None:
    agent = make_agent()
    early = due_check(agent, 0.0)
    agent.receive(answer(due_check(agent, 0.1)), 0.1)
    agent.nominate(0.1)
    nomination = due_check(agent, 0.1)
    assert "USE-CANDIDATE" in stun.parse_message(nomination).attributes
    agent.receive(answer(early), 0.11)
    before = agent.connected
    agent.receive(answer(nomination), 0.12)
    assert (before, agent.connected) == (False, True)
    assert agent.poll(0.12 + CONSENT_INTERVAL_S - 0.1) is None
    assert agent.poll(0.12 + CONSENT_INTERVAL_S) is not None


def test_only_an_authenticated_answer_to_our_check_counts() -> None:
    agent = make_agent()
    check = due_check(agent, 0.0)
    agent.receive(answer(check, transaction_id=b"somebodyelse"), 0.1)
    agent.receive(check, 0.1)
    agent.receive(b"\x01\x01", 0.1)
    agent.receive(answer(check, password="q" * 24), 0.1)
    assert not agent.valid


def test_an_agent_without_answer_expires() -> None:
    agent = make_agent()
    agent.poll(0.0)
    assert not agent.expired(CONNECT_TIMEOUT_S)
    assert agent.expired(CONNECT_TIMEOUT_S + 0.1)


def test_consent_runs_out_30_s_after_the_last_answer() -> None:
    agent = make_agent()
    connect(agent, 0.0)
    agent.receive(answer(due_check(agent, 4.0)), 4.0)
    assert not agent.expired(4.0 + CONSENT_TIMEOUT_S)
    assert agent.expired(4.1 + CONSENT_TIMEOUT_S)
