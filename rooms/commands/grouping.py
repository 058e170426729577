"""What stands behind breakouts: who must (not) be together, groups that are kept, and company for the lonely."""

from __future__ import annotations

from typing import Annotated

import msgspec

from rooms.commands.base import Command, GroupName, GroupSpec, Id
from rooms.model import BreakoutMode

IdPair = Annotated[tuple[Id, ...], msgspec.Meta(min_length=2, max_length=2)]
IdPairs = Annotated[tuple[IdPair, ...], msgspec.Meta(max_length=100)]


class SetConstraints(Command, frozen=True, tag="breakouts.constrain"):
    """Staff: who is to be kept apart, and who together, in groups that the server makes; all of both."""

    apart: IdPairs
    together: IdPairs


class SaveGroups(Command, frozen=True, tag="breakouts.save"):
    """Staff: keep these groups under a name, for another day; one of this name is replaced."""

    name: GroupName
    mode: BreakoutMode
    groups: Annotated[tuple[GroupSpec, ...], msgspec.Meta(min_length=1, max_length=50)]


class ForgetGroups(Command, frozen=True, tag="breakouts.forget"):
    name: GroupName


class AcceptOffer(Command, frozen=True, tag="breakouts.accept"):
    """Whoever is alone in a group goes to the one that was offered to them."""


GroupingCommand = SetConstraints | SaveGroups | ForgetGroups | AcceptOffer
