"""Who sees a reaction."""

from __future__ import annotations

import pytest

from rooms.commands import Disconnect
from rooms.errors import Refused
from rooms.reactions import audience
from tests.rooms.driver import classroom


def test_everybody_in_the_same_place_sees_it_and_nobody_else() -> None:
    room = classroom("ann", "bob", "cem", "dan")
    assert audience(room.state, "ann") == {"trainer", "helper", "ann", "bob", "cem", "dan"}
    room.open(("ann", "bob"), ("cem", "dan"))
    assert audience(room.state, "ann") == {"ann", "bob"}
    assert audience(room.state, "trainer") == {"trainer", "helper"}
    room.do(Disconnect(), "bob")
    assert audience(room.state, "ann") == {"ann"}


def test_observers_and_strangers_do_not_react() -> None:
    room = classroom("ann")
    room.join("eve", role="observer")
    for who, code in (("eve", "not_allowed"), ("nobody", "unknown_participant")):
        with pytest.raises(Refused) as refused:
            audience(room.state, who)
        assert refused.value.code == code
