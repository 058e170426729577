"""One person at a browser: what they do, and what they see and hear, measured at the edges of the real page."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, Playwright, expect
from playwright.sync_api import Error as PlaywrightError

from tests.e2e import devices

PATIENCE_MS = 45_000
"""Generous: two cores run several browsers. No test passes or fails on how fast the machine is."""

expect.set_options(timeout=PATIENCE_MS)

HEARD_PILOTS_JS = """
async ([pilots, seconds]) => {
  const pc = globalThis.classroomDebug.peerConnection();
  const context = new AudioContext();
  await context.resume();
  const analyser = context.createAnalyser();
  analyser.fftSize = 4096;
  analyser.smoothingTimeConstant = 0;
  for (const receiver of pc.getReceivers())
    if (receiver.track.kind === "audio")
      context.createMediaStreamSource(new MediaStream([receiver.track])).connect(analyser);
  const spectrum = new Float32Array(analyser.frequencyBinCount);
  const width = context.sampleRate / analyser.fftSize;
  const hits = pilots.map(() => 0);
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    await new Promise((done) => setTimeout(done, 30));
    analyser.getFloatFrequencyData(spectrum);
    pilots.forEach((hz, index) => {
      const centre = Math.round(hz / width);
      const peak = Math.max(...spectrum.slice(centre - 2, centre + 3));
      const around = [...spectrum.slice(centre - 24, centre - 5), ...spectrum.slice(centre + 6, centre + 25)];
      around.sort((a, b) => a - b);
      if (peak > -75 && peak - around[Math.floor(around.length * 0.8)] > 14) hits[index] += 1;
    });
  }
  await context.close();
  return hits;
}
"""

CONNECTION_JS = """
() => {
  const pc = globalThis.classroomDebug.peerConnection();
  pc.identity ??= Math.random();
  const media = pc.remoteDescription.sdp.split("\\r\\n").filter((line) => /^m=|^a=(mid|ssrc|fingerprint|msid):/.test(line));
  return [performance.timeOrigin, pc.identity, ...media.map((line) => line.replace(/^m=(\\w+) \\d+/, "m=$1"))];
}
"""

STATS_JS = """
async () => {
  const report = await globalThis.classroomDebug.peerConnection().getStats();
  return [...report.values()].filter((s) => ["inbound-rtp", "outbound-rtp", "candidate-pair"].includes(s.type));
}
"""


def wait_for(condition: Callable[[], bool], what: str, timeout_s: float = PATIENCE_MS / 1000) -> None:
    """Polls until `condition` holds; fails saying `what` never came true."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {timeout_s:.0f} s: {what}"
        time.sleep(0.1)


def all_hear_exactly(expected: Sequence[tuple[Person, set[int]]]) -> None:
    """`Person.hears_exactly` of several people at a time: everybody listens at once."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    waiting, settled = list(expected), set[str]()
    while waiting:
        for person, _ in waiting:
            person.listen(3.0 if person.name in settled else 2.0)
        for person, voices in tuple(waiting):
            heard = person.heard()
            if heard == voices and person.name in settled:
                waiting.remove((person, voices))
            elif heard == voices:
                settled.add(person.name)
            else:
                # A browser that is given no time loses a voice for a moment; nobody else's comes in by that.
                excess = heard - voices
                assert not (excess and person.name in settled), f"{person.name} went on hearing {excess}"
                assert time.monotonic() < deadline, f"{person.name} hears {heard}, not {voices}"


class Person:
    def __init__(
        self,
        playwright: Playwright,
        chromium: str,
        name: str,
        *,
        lang: str,
        profile: Path,
        speech: Path,
        picture: Path,
        refuse_microphone: bool = False,
        no_devices: bool = False,
        arguments: Sequence[str] = (),
    ) -> None:
        self.name, self.lang = name, lang
        self._profile, self._killed = profile, False
        flags = [
            "--no-sandbox",
            "--disable-quic",
            "--disable-gpu",
            "--auto-accept-this-tab-capture",
            *arguments,
        ]
        flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
        if refuse_microphone:
            flags.append("--deny-permission-prompts")
        else:
            flags.append("--use-fake-ui-for-media-stream")
        if not no_devices:
            flags += [
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-audio-capture={speech}",
                f"--use-file-for-fake-video-capture={picture}",
            ]
        self.context: BrowserContext = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=chromium,
            headless=True,
            args=flags,
            viewport={"width": 1280, "height": 720},
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.pages[0]
        self.console: list[str] = []
        self.errors: list[str] = []
        self._watch(self.page)

    def _watch(self, page: Page) -> None:
        page.on("console", lambda m: self.console.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda e: self.errors.append(str(e)))

    def close(self) -> None:
        if not self._killed:
            self.context.close()

    def photograph(self, path: Path) -> None:
        """A picture of the page for whoever reads a failed test; a page that cannot be pictured gives none."""
        try:
            self.page.screenshot(path=path, timeout=5_000)
        except PlaywrightError:
            return

    def kill(self) -> None:
        """The browser dies without a goodbye, as in a crash or with an empty battery."""
        profile = str(self._profile)
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes()
            except OSError:
                continue
            if profile.encode() in command:
                os.kill(int(process.name), signal.SIGKILL)
        self._killed = True

    # --- what they do -------------------------------------------------------------------------------------------------

    def open(self, link: str) -> Person:
        """Follows the invitation: the first of two clicks."""
        page, _, fragment = link.partition("#")
        self.page.goto(f"{page}{'&' if '?' in page else '?'}lang={self.lang}&debug=1#{fragment}")
        return self

    def join(self) -> Person:
        """The second click."""
        self.button("Join").click()
        expect(self.button("Leave")).to_be_visible()
        return self

    def arrive(self, link: str) -> Person:
        return self.open(link).join()

    def second_tab(self, link: str) -> Page:
        page, _, fragment = link.partition("#")
        tab = self.context.new_page()
        self._watch(tab)
        tab.goto(f"{page}?lang={self.lang}&debug=1#{fragment}")
        return tab

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("button", name=name, exact=isinstance(name, str))

    def panel(self, name: str) -> Person:
        """Opens a side panel unless it is open."""
        control = self.button(re.compile(rf"^{name}\b"))
        if (
            control.get_attribute("aria-expanded") != "true"
            and control.get_attribute("aria-pressed") != "true"
        ):
            control.click()
        return self

    def more(self, *path: str) -> Person:
        """Chooses an entry of "More", or one of a menu within it."""
        self.button("More").click()
        for label in path:
            self.page.locator("[role^=menuitem]").filter(has_text=label).first.click()
        return self

    def say(self, text: str) -> Person:
        self.panel("Chat")
        box = self.page.get_by_role("textbox", name="Message", exact=True)
        box.fill(text)
        box.press("Enter")
        return self

    # --- what they see and hear ---------------------------------------------------------------------------------------

    def tile(self, name: str) -> Locator:
        return self.page.get_by_role("group", name=name, exact=True)

    def sees_text(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def frames_of(self, name: str) -> int:
        """Frames that the person's tile has drawn so far; 0 without a picture."""
        video = self.tile(name).locator("video")
        if video.count() == 0:
            return 0
        frames = video.first.evaluate("v => v.getVideoPlaybackQuality().totalVideoFrames")
        return int(frames)

    def sees(self, name: str) -> None:
        """The picture of `name` moves."""
        wait_for(lambda: self.frames_of(name) > 0, f"{self.name} sees the first picture of {name}")
        before = self.frames_of(name)
        wait_for(lambda: self.frames_of(name) > before + 5, f"{self.name} sees {name} move")

    def stats(self, stats_type: str, /, **where: object) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page.evaluate(STATS_JS)
        return [s for s in found if s["type"] == stats_type and all(s.get(k) == v for k, v in where.items())]

    def connection_identity(self) -> list[object]:
        """Changes when the page is loaded again, or its media connection is replaced or renegotiated. An ICE restart, which a
        page that is given no time may need, leaves it as it is: the same DTLS session carries the same media."""
        identity: list[object] = self.page.evaluate(CONNECTION_JS)
        return identity

    def frames_decoded(self) -> int:
        return sum(s.get("framesDecoded", 0) for s in self.stats("inbound-rtp", kind="video"))

    def audio_energy(self) -> float:
        return float(sum(s.get("totalAudioEnergy", 0.0) for s in self.stats("inbound-rtp", kind="audio")))

    def listen(self, seconds: float = 2.0) -> None:
        """Begins to listen to what the browser decodes; `heard` has the result."""
        self.page.evaluate(
            f"(listening) => {{ globalThis.listening = ({HEARD_PILOTS_JS})(listening); }}",
            [list(devices.PILOTS_HZ), seconds],
        )

    def heard(self) -> set[int]:
        """Whose voices (device index) sounded since `listen`, told by their pilot tones."""
        hits: list[int] = self.page.evaluate("() => globalThis.listening")
        return {index for index, count in enumerate(hits) if count >= 3}

    def hears_exactly(self, voices: set[int]) -> None:
        """Soon hears just these voices, all of them for a while and never another one once it does."""
        all_hear_exactly([(self, voices)])
