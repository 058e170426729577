"""Images from people, made safe to keep and to show to others, without decoding them.

`clean` reads an image's container strictly, by its content and not by its name, and writes it anew with nothing but what a
picture needs: no EXIF (with it where a photo was taken), no comments, no colour profiles, no second file behind the first.
Pixels are the browsers' business; what is bounded here is how many there are, and what a PNG inflates to.
Pure, and for a thread: a large image takes tens of milliseconds.
"""

from __future__ import annotations

from classroom.images import jpeg, png, webp
from classroom.images.base import MAX_PIXELS as MAX_PIXELS
from classroom.images.base import MAX_SIDE as MAX_SIDE
from classroom.images.base import BadImage as BadImage
from classroom.images.base import Picture as Picture
from classroom.images.base import checked

_FORMATS = ((png.SIGNATURE, png.clean), (jpeg.SIGNATURE, jpeg.clean), (webp.SIGNATURE, webp.clean))


def clean(data: bytes) -> Picture:
    """The image in `data`. Raises BadImage: "image_type" (none that is taken), "image_damaged", "image_too_large"."""
    for signature, parse in _FORMATS:
        if data.startswith(signature):
            return checked(parse(data))
    raise BadImage("image_type")
