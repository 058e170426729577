"""What every command is made of: the base struct, and the bounded types of its fields."""

from __future__ import annotations

from typing import Annotated

import msgspec

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
Instruction = Annotated[str, msgspec.Meta(max_length=500)]
GroupName = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
DurationS = Annotated[int, msgspec.Meta(ge=10, le=8 * 3600)]


class Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=True):
    """Base of every command."""


class GroupSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: GroupName
    members: Annotated[tuple[Id, ...], msgspec.Meta(max_length=100)]
