"""The encoded clips, made once on a machine: encoding takes ten seconds of CPU, and every worker of a load test needs them.

They are kept in the user's cache folder (XDG Base Directory: `$XDG_CACHE_HOME`, `~/.cache`), under a name that changes with
what they are made from. Whatever is wrong with what is kept, or with keeping it, means that they are made.
"""

from __future__ import annotations

import hashlib
import os
import threading
from contextlib import suppress
from pathlib import Path

import av
import msgspec

from loadtest import media, packetize
from loadtest.media import SPEECH, Media

_making = threading.Lock()
_made: Media | None = None


def prepared_media() -> Media:
    """Made once in a process, however many runs it makes, also at a time."""
    global _made
    with _making:
        if _made is None:
            _made = kept_media(folder())
        return _made


def folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "momentum-classroom"


def kept_media(folder: Path) -> Media:
    """From the file in `folder`, or made and kept there."""
    path = folder / f"clips-{_version()}.msgpack"
    with suppress(OSError, msgspec.MsgspecError):
        return msgspec.msgpack.decode(path.read_bytes(), type=Media)
    made = media.load_media()
    unfinished = path.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(msgspec.msgpack.encode(made))
        unfinished.replace(path)
    return made


def _version() -> str:
    """Of everything that the clips depend on: the code, the speech and the codecs."""
    sources = [Path(module.__file__ or "") for module in (media, packetize)]
    everything = b"".join(path.read_bytes() for path in [*sources, SPEECH]) + av.__version__.encode()
    return hashlib.sha256(everything).hexdigest()[:16]
