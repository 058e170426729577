"""The generator, on a vocabulary of its own (tests/classroom/test_wire.py checks the real one for drift)."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from signaling.codec import Registry
from signaling.typescript import Source, generate

Colour = Literal["red", "green"]
"""What a pen can have."""


class Fault(StrEnum):
    """Why not."""

    EMPTY = "empty"
    DRY = "dry"


class Point(msgspec.Struct, frozen=True):
    x: float
    y: float = 0


class Draw(msgspec.Struct, frozen=True, tag="pen.draw", tag_field="type"):
    """Draws.

    A line, through all points.
    """

    points: Annotated[tuple[Point, ...], msgspec.Meta(max_length=9)]
    """In order"""
    colour: Colour = "red"
    label: Annotated[str, msgspec.Meta(min_length=1, max_length=5)] | None = None
    widths: dict[str, int] = {}
    shares: dict[Colour, float] = {}


class Drawn(msgspec.Struct, frozen=True, tag="pen.drawn", tag_field="type"):
    by: str | None = None
    likes: tuple[Point | None, ...] = ()
    fit: Literal["a", "b"] = "a"


class Picture(msgspec.Struct, frozen=True):
    whole: object
    part: object | None = None


class Unused(msgspec.Struct):
    pass


TEXT = generate(
    Registry.of(requests=(Draw,), events=(Drawn,), pushes=(), replies={Draw: Picture}),
    Source(
        modules=(sys.modules[__name__],),
        extra=(),
        opaque="Drawn",
        constants={"VERSION": 3, "CODES": {"empty": 4400}},
        unions={"Everything": (Draw, Drawn)},
        command="make types",
    ),
)


def declared(start: str) -> str:
    """The declaration that begins with `start`, up to its end."""
    text = TEXT[TEXT.index(start) :]
    return text[: text.index("\n}\n") + 2] if "{" in text.split("\n")[0] else text[: text.index(";\n") + 1]


def test_constants_and_header() -> None:
    assert "`make types`" in TEXT
    assert "export const VERSION = 3 as const;\n" in TEXT
    assert "export const CODES = {\n  empty: 4400,\n} as const;\n" in TEXT


def test_named_choices_and_enums() -> None:
    assert '/** What a pen can have. */\nexport type Colour = "red" | "green";\n' in TEXT
    assert '/** Why not. */\nexport type Fault = "empty" | "dry";\n' in TEXT


def test_what_a_client_writes_has_optional_fields_and_bounds_in_words() -> None:
    assert "/**\n * Draws.\n *\n * A line, through all points.\n */\nexport interface Draw {" in TEXT
    assert declared("export interface Draw {") == (
        "export interface Draw {\n"
        '  readonly type: "pen.draw";\n'
        "  /** In order. At most 9 items. */\n"
        "  readonly points: readonly Point[];\n"
        "  readonly colour?: Colour;\n"
        "  /** 1 to 5 characters. */\n"
        "  readonly label?: string | null;\n"
        "  readonly widths?: Readonly<Record<string, number>>;\n"
        "  readonly shares?: Readonly<Partial<Record<Colour, number>>>;\n"
        "}"
    )


def test_what_a_server_writes_is_complete() -> None:
    assert declared("export interface Drawn {") == (
        "export interface Drawn {\n"
        '  readonly type: "pen.drawn";\n'
        "  readonly by: string | null;\n"
        "  readonly likes: readonly (Point | null)[];\n"
        '  readonly fit: "a" | "b";\n'
        "}"
    )
    assert "readonly y: number;" in declared("export interface Point {"), (
        "written by both: the server is complete"
    )


def test_opaque_parts_are_named() -> None:
    assert declared("export interface Picture {") == (
        "export interface Picture {\n  readonly whole: Drawn;\n  readonly part: Drawn | null;\n}"
    )


def test_requests_name_their_replies() -> None:
    assert '  readonly "pen.draw": { readonly request: Draw; readonly reply: Picture };\n' in TEXT
    assert declared("export type Everything") == "export type Everything = Draw | Drawn;"


def test_nothing_else_is_declared() -> None:
    assert "Unused" not in TEXT
