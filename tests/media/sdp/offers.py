"""Offers of three implementations to test with, and what each of them sends."""

from __future__ import annotations

from pathlib import Path

from classroom.media.model import PublicationKind

FOLDER = Path(__file__).parent / "offers"
BROWSER_SOURCES: dict[str, PublicationKind] = {
    "0": "microphone",
    "1": "camera",
    "2": "screen",
    "3": "screen_audio",
}
AIORTC_SOURCES: dict[str, PublicationKind] = {"0": "microphone", "1": "camera"}


def load(name: str) -> str:
    return (FOLDER / f"{name}.sdp").read_bytes().decode()


CHROMIUM, FIREFOX, AIORTC = load("chromium"), load("firefox"), load("aiortc")
ALL: dict[str, tuple[str, dict[str, PublicationKind]]] = {
    "chromium": (CHROMIUM, BROWSER_SOURCES),
    "firefox": (FIREFOX, BROWSER_SOURCES),
    "aiortc": (AIORTC, AIORTC_SOURCES),
}


def section(sdp: str, mid: str) -> list[str]:
    """The lines of one m-line's section."""
    for part in sdp.split("m=")[1:]:
        lines = ("m=" + part).rstrip().split("\r\n")
        if f"a=mid:{mid}" in lines:
            return lines
    raise LookupError(mid)
