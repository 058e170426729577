"""A real Chromium on one of two hosts, and what its own statistics say of a stretch of time (W3C webrtc-stats)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Playwright

from tests.e2e import devices
from tests.e2e.conftest import CHROMIUM
from tests.e2e.person import Person
from tests.network.scene import Scene

AUDIO = (
    "concealedSamples",
    "silentConcealedSamples",
    "totalSamplesReceived",
    "concealmentEvents",
    "jitterBufferDelay",
    "jitterBufferEmittedCount",
    "packetsReceived",
    "packetsLost",
    "nackCount",
    "bytesReceived",
)
VIDEO = (
    "freezeCount",
    "totalFreezesDuration",
    "framesDecoded",
    "framesDropped",
    "packetsReceived",
    "packetsLost",
    "nackCount",
    "pliCount",
    "bytesReceived",
    "jitterBufferDelay",
    "jitterBufferEmittedCount",
)


@contextmanager
def chromium(scene: Scene, playwright: Playwright, host: str, name: str, index: int) -> Iterator[Person]:
    """Somebody with a browser joins from `host`, camera and microphone on."""
    wrapper = scene.folder / f"chromium-{host}"
    command = " ".join(scene.hosts.command(host, [CHROMIUM]))
    wrapper.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    wrapper.chmod(0o755)
    person = Person(
        playwright,
        str(wrapper),
        name,
        lang="en",
        profile=scene.folder / f"profile-{name}-{time.monotonic_ns()}",
        speech=devices.speech(scene.folder, index),
        picture=devices.picture(scene.folder, index),
        arguments=(f"--unsafely-treat-insecure-origin-as-secure={scene.server.url}",),
    )
    try:
        person.arrive(scene.server.invite(scene.room, "participant", name))
        yield person
    finally:
        person.close()


FREEZES_JS = """
() => {
  globalThis.freezeWatch?.stop();
  const watch = { began: performance.now(), elsewhere: 0, stop: () => clearInterval(watch.timer) };
  const seen = new Map();
  const look = async () => {
    const now = performance.now();
    for (const receiver of globalThis.classroomDebug.peerConnection().getReceivers()) {
      if (receiver.track.kind !== "video") continue;
      for (const s of (await receiver.getStats()).values()) {
        if (s.type !== "inbound-rtp" || !s.framesDecoded) continue;
        const counted = { frames: s.framesDecoded, frozen: s.totalFreezesDuration };
        const last = seen.get(s.id) ?? { ...counted, at: watch.began, moved: false };
        if (s.framesDecoded !== last.frames) {
          // A freeze is counted when it ends: what of the first one lies before we began is not ours.
          const ended = s.totalFreezesDuration - last.frozen;
          if (!last.moved) watch.elsewhere += Math.max(0, ended - (now - watch.began) / 1000);
          Object.assign(last, counted, { at: now, moved: true });
        }
        seen.set(s.id, last);
      }
    }
    return now;
  };
  watch.end = async () => {
    watch.stop();
    const now = await look();
    let open = 0;
    for (const last of seen.values())
      if (last.moved && now - last.at > 300) open += (now - last.at) / 1000;
    return { elsewhere: watch.elsewhere, open };
  };
  globalThis.freezeWatch = watch;
  watch.timer = setInterval(look, 200);
  return look();
}
"""
"""Watches pictures so that freezes that were there before, and those that have not ended, count for what of them lies between
(`totalFreezesDuration` grows by the whole length of a freeze, when the next frame ends it)."""


class Meter:
    """Differences of a browser's counters between `begin` and `end`."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self._before: dict[str, Mapping[str, Any]] = {}
        self._began = 0.0

    def begin(self) -> None:
        self._person.page.evaluate(FREEZES_JS)
        self._before = self._inbound()
        self._began = time.monotonic()

    def end(self) -> dict[str, float]:
        """`concealed`: share of all samples of the voices that sounded; freezes and rates of all pictures together.
        `freeze_ratio`: of this time only; a picture that stopped and did not come back stands still until the end."""
        seconds = time.monotonic() - self._began
        watched: dict[str, float] = self._person.page.evaluate("() => globalThis.freezeWatch.end()")
        after = self._inbound()
        audio = self._sum(after, "audio", AUDIO)
        video = self._sum(after, "video", VIDEO)
        pairs = [
            pair
            for pair in self._person.stats("candidate-pair")
            if pair.get("nominated") and pair.get("state") == "succeeded"
        ]
        received = audio["totalSamplesReceived"]
        return {
            "seconds": round(seconds, 2),
            "concealed": (audio["concealedSamples"] - audio["silentConcealedSamples"]) / received
            if received
            else 1.0,
            "concealed_worst": max(
                (
                    (heard["concealedSamples"] - heard["silentConcealedSamples"])
                    / heard["totalSamplesReceived"]
                    for heard in self._flowing(after, "audio", AUDIO)
                    if heard["totalSamplesReceived"]
                ),
                default=1.0,
            ),
            "concealed_with_silence": audio["concealedSamples"] / received if received else 1.0,
            "audio_jitter_buffer_ms": 1000 * _ratio(audio, "jitterBufferDelay", "jitterBufferEmittedCount"),
            "audio_kbps": audio["bytesReceived"] * 8 / 1000 / seconds,
            "audio_nacks": audio["nackCount"],
            "freezes": video["freezeCount"],
            "freeze_ratio": min(
                1.0,
                max(0.0, video["totalFreezesDuration"] - watched["elsewhere"] + watched["open"]) / seconds,
            ),
            "fps": video["framesDecoded"] / seconds,
            "video_jitter_buffer_ms": 1000 * _ratio(video, "jitterBufferDelay", "jitterBufferEmittedCount"),
            "video_kbps": video["bytesReceived"] * 8 / 1000 / seconds,
            "video_nacks": video["nackCount"],
            "keyframes_asked": video["pliCount"],
            "round_trip_ms": 1000
            * max((pair.get("currentRoundTripTime", 0.0) for pair in pairs), default=0.0),
        }

    def _inbound(self) -> dict[str, Mapping[str, Any]]:
        return {stats["id"]: stats for stats in self._person.stats("inbound-rtp")}

    def _flowing(
        self, after: Mapping[str, Mapping[str, Any]], kind: str, names: tuple[str, ...]
    ) -> Iterator[dict[str, float]]:
        """Differences of each stream in which something arrived meanwhile: empty slots would dilute what is heard."""
        for key, stats in after.items():
            before = self._before.get(key, {})
            if stats["kind"] == kind and stats["packetsReceived"] > before.get("packetsReceived", 0) + 5:
                yield {name: float(stats.get(name, 0)) - float(before.get(name, 0)) for name in names}

    def _sum(
        self, after: Mapping[str, Mapping[str, Any]], kind: str, names: tuple[str, ...]
    ) -> dict[str, float]:
        total = dict.fromkeys(names, 0.0)
        for stream in self._flowing(after, kind, names):
            for name in names:
                total[name] += stream[name]
        return total


def _ratio(values: Mapping[str, float], upper: str, lower: str) -> float:
    return values[upper] / values[lower] if values[lower] else 0.0
