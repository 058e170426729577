"""One person at a real Firefox: what `Person` does in Chromium, over WebDriver BiDi.

Firefox's own synthetic devices: a moving picture, and a steady tone, which is set to the person's pilot
(`devices.PILOTS_HZ`), so that others' browsers tell who they hear. For media Firefox uses no loopback address
(`media.peerconnection.ice.loopback` changes nothing in ESR 153): the server has to announce an address of the machine's
own as well, as it does by default.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.e2e import devices
from tests.e2e.bidi import Bidi, BidiError
from tests.e2e.person import PATIENCE_MS, STATS_JS, wait_for

FIREFOX = "/usr/bin/firefox-esr"
START_TIMEOUT_S = 60.0
ENERGY_OF_A_VOICE = 1e-5
"""Of `totalAudioEnergy` in two seconds; silence has none."""
ADDRESS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")

IN_REACH_JS = """
(element) => {
  element.scrollIntoView({ block: "nearest", inline: "nearest" });
  const box = element.getBoundingClientRect();
  const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return !element.disabled && hit !== null && (element.contains(hit) || hit.contains(element));
}
"""
"""Whether the middle of the element can be pressed: enabled, in the viewport, under nothing else."""

FRAMES_JS = """
(tile) => new Promise((done) => {
  const timer = setTimeout(() => done(0), 2000);
  tile.querySelector("video")?.requestVideoFrameCallback((now, frame) => {
    clearTimeout(timer);
    done(frame.presentedFrames);
  });
})
"""
"""Frames that a tile has shown when it shows the next one; 0 if none comes. (Firefox's `getVideoPlaybackQuality` counts none of
a stream's.)"""


def preferences(index: int) -> dict[str, object]:
    """about:config of a profile that asks nobody for devices and calls nobody but the classroom."""
    return {
        "media.navigator.permission.disabled": True,
        "media.navigator.streams.fake": True,
        "media.navigator.audio.fake_frequency": devices.PILOTS_HZ[index],
        "browser.startup.page": 0,
        "datareporting.policy.dataSubmissionEnabled": False,
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
    }


@contextmanager
def _running(profile: Path, index: int) -> Iterator[str]:
    """A headless Firefox with a profile of its own; gives the address of its WebDriver BiDi."""
    profile.mkdir(parents=True)
    lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in preferences(index).items())
    (profile / "user.js").write_text("".join(lines))
    log = profile / "firefox.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [FIREFOX, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"],
            stdout=sink,
            stderr=sink,
            # Its crash reporter and caches stay in the profile too.
            env={**os.environ, "HOME": str(profile), "MOZ_CRASHREPORTER_DISABLE": "1"},
        )
    try:
        wait_for(lambda: ADDRESS.search(log.read_text()) is not None, "Firefox listens", START_TIMEOUT_S)
        found = ADDRESS.search(log.read_text())
        assert found
        yield found.group(1)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class FirefoxPerson:
    """As `Person`: what they do, and what they see and hear, measured at the edges of the real page."""

    def __init__(self, bidi: Bidi, name: str) -> None:
        self._bidi, self.name = bidi, name
        bidi.viewport(1280, 720)

    @property
    def errors(self) -> list[str]:
        """Uncaught exceptions of the page, and what Firefox itself calls an error in it."""
        entries = self._bidi.entries
        return [e["text"] for e in entries if e["type"] == "javascript" and e["level"] == "error"]

    def photograph(self, path: Path) -> None:
        """A picture of the page for whoever reads a failed test; a page that cannot be pictured gives none."""
        try:
            path.write_bytes(self._bidi.screenshot())
        except (BidiError, TimeoutError):
            return

    # --- what they do -------------------------------------------------------------------------------------------------

    def open(self, link: str) -> FirefoxPerson:
        """Follows the invitation: the first of two clicks."""
        page, _, fragment = link.partition("#")
        self._bidi.navigate(f"{page}{'&' if '?' in page else '?'}lang=en&debug=1#{fragment}")
        return self

    def join(self) -> FirefoxPerson:
        """The second click."""
        self.click("Join")
        self.has("button", "Leave")
        return self

    def reload(self) -> None:
        self._bidi.reload()

    def click(self, name: str) -> None:
        """Presses the button of that name, once it can be pressed."""
        found: list[Mapping[str, Any]] = []

        def in_reach() -> bool:
            found[:] = self._bidi.locate("button", name)
            return len(found) == 1 and bool(self._bidi.call(IN_REACH_JS, element=found[0]))

        wait_for(in_reach, f"{self.name} can press {name}")
        self._bidi.click(found[0])

    # --- what they see and hear ---------------------------------------------------------------------------------------

    def count(self, role: str, name: str) -> int:
        return len(self._bidi.locate(role, name))

    def has(self, role: str, name: str) -> None:
        wait_for(lambda: self.count(role, name) > 0, f"{self.name} finds the {role} {name}")

    def lacks(self, role: str, name: str) -> None:
        wait_for(lambda: self.count(role, name) == 0, f"{self.name} finds no {role} {name} any more")

    def sees_text(self, text: str) -> None:
        wait_for(
            lambda: bool(self._bidi.call("(text) => document.body.innerText.includes(text)", text)),
            f"{self.name} reads {text}",
        )

    def frames_of(self, name: str) -> int:
        """Frames that the person's tile has shown so far; 0 without a moving picture."""
        return sum(int(self._bidi.call(FRAMES_JS, element=tile)) for tile in self._bidi.locate("group", name))

    def sees(self, name: str) -> None:
        """The picture of `name` moves."""
        wait_for(lambda: self.frames_of(name) > 0, f"{self.name} sees the first picture of {name}")
        before = self.frames_of(name)
        wait_for(lambda: self.frames_of(name) > before + 5, f"{self.name} sees {name} move")

    def stats(self, stats_type: str, /, **where: object) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._bidi.call(STATS_JS)
        return [s for s in found if s["type"] == stats_type and all(s.get(k) == v for k, v in where.items())]

    def connection_identity(self) -> list[object]:
        """Changes when the page is loaded again, or its media connection is replaced or renegotiated."""
        identity: list[object] = self._bidi.call(
            "() => [performance.timeOrigin, classroomDebug.peerConnection().remoteDescription.sdp]"
        )
        return identity

    def voices(self, seconds: float = 2.0) -> int:
        """How many voices sound here now: audio streams whose energy grows. (Without a sound card Firefox starts no
        AudioContext, so that it cannot be asked for the pilot tones that tell who it is.)"""
        before = self._energies()
        time.sleep(seconds)
        return sum(
            energy - before.get(ssrc, 0.0) > ENERGY_OF_A_VOICE for ssrc, energy in self._energies().items()
        )

    def hears_voices(self, count: int) -> None:
        """Soon hears so many voices, and goes on doing so."""
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while (heard := self.voices()) != count or self.voices(3.0) != count:
            assert time.monotonic() < deadline, f"{self.name} hears {heard} voices, not {count}"

    def _energies(self) -> dict[int, float]:
        return {s["ssrc"]: s.get("totalAudioEnergy", 0.0) for s in self.stats("inbound-rtp", kind="audio")}


@contextmanager
def firefox(profile: Path, index: int, name: str) -> Iterator[FirefoxPerson]:
    """Somebody with a Firefox of their own, and the voice of `index`."""
    with _running(profile, index) as url, Bidi(url) as bidi:
        yield FirefoxPerson(bidi, name)
