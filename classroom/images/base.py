"""What the readers of all formats share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from rooms.model import ImageType

MAX_SIDE: Final = 4096
"""Pixels. More is more than a phone shows, and its memory holds."""
MAX_PIXELS: Final = 12_000_000

Problem = Literal["image_type", "image_damaged", "image_too_large"]


class BadImage(Exception):
    """The image is refused."""

    def __init__(self, code: Problem) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Picture:
    """A clean image."""

    media_type: ImageType
    width: int
    height: int
    data: bytes


def checked(picture: Picture) -> Picture:
    """The same. Raises BadImage when it has no pixels, or too many."""
    check_size(picture.width, picture.height)
    return picture


def check_size(width: int, height: int) -> None:
    """Raises BadImage."""
    if not width or not height:
        raise BadImage("image_damaged")
    if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
        raise BadImage("image_too_large")
