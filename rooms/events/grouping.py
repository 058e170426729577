"""What stands behind breakouts: who must (not) be together, groups that are kept, and company for the lonely."""

from __future__ import annotations

from rooms.events.base import EventBody
from rooms.model import CompanyOffer, Constraints, GroupSet


class ConstraintsChanged(EventBody, frozen=True, tag="breakouts.constraints"):
    """Seen by staff alone."""

    constraints: Constraints
    by: str


class GroupSetsChanged(EventBody, frozen=True, tag="breakouts.sets"):
    """Seen by staff: all sets."""

    sets: tuple[GroupSet, ...]
    by: str


class OffersChanged(EventBody, frozen=True, tag="breakouts.offers"):
    """All offers; everybody but staff sees only their own."""

    offers: tuple[CompanyOffer, ...]


GroupingEvent = ConstraintsChanged | GroupSetsChanged | OffersChanged
