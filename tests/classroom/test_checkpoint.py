"""A checkpoint and the events after it are the whole history."""

from __future__ import annotations

from functools import reduce
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from classroom.journal import codec
from classroom.journal.checkpoint import REMEMBERED_REQUESTS, Checkpoint, advance
from rooms.events import Cause, HandRaised, ParticipantLeft, Recorded
from rooms.state import RoomState
from tests.rooms.test_sequences import run
from tests.rooms.witness import LIMITS

EMPTY = Checkpoint(RoomState(limits=LIMITS))


def raised(seq: int, cause: Cause | None) -> Recorded:
    return Recorded(seq=seq, at_ms=seq, event=HandRaised(participant_id="ana", at_ms=seq), cause=cause)


@given(seed=st.integers(0, 2**64 - 1))
def test_from_any_checkpoint_the_tail_leads_to_the_same_room(seed: int) -> None:
    rng = Random(seed)
    log = run(seed % 500).log
    sessions = [Cause(rng.choice("tup"), rng.choice("xyz"), rng.choice([0, 1, 2, 3])) for _ in range(20)]
    history = [replace(recorded, cause=rng.choice([None, *sessions])) for recorded in log]
    whole = reduce(advance, history, EMPTY)
    cut = rng.randrange(1, len(history) + 1)
    kept = codec.decode_checkpoint(codec.encode_checkpoint(reduce(advance, history[:cut], EMPTY)))
    assert kept is not None
    assert reduce(advance, history[cut:], kept.with_limits(LIMITS)) == whole


def test_the_ledger_names_the_newest_session_of_a_seat_and_what_it_did() -> None:
    history = [
        raised(1, Cause("ana", "old", 0)),
        raised(2, Cause("ana", "old", 5)),
        raised(3, Cause("ana", "new", 0)),
        raised(4, Cause("ana", "old", 6)),
        raised(5, Cause("ana", "new", 5)),
        raised(6, None),
        raised(7, Cause("ana", "new", 9)),
    ]
    seat = reduce(advance, history, EMPTY).ledger["ana"]
    assert (seat.session_id, seat.done) == ("new", ((5, 5), (9, 7)))


def test_the_ledger_is_bounded_and_ends_with_the_seat() -> None:
    history = [raised(1, Cause("ana", "s", 0))]
    history += [raised(seq, Cause("ana", "s", seq)) for seq in range(2, 400)]
    after = reduce(advance, history, EMPTY)
    assert [ref for ref, _ in after.ledger["ana"].done] == list(range(400 - REMEMBERED_REQUESTS, 400))
    left = Recorded(seq=400, at_ms=0, event=ParticipantLeft(participant_id="ana", reason="left"))
    assert advance(after, left).ledger == {}
