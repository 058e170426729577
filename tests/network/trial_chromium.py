"""The same with a real Chromium behind the poor path, and what only a browser can show."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Playwright

from tests.e2e.person import Person
from tests.network.browser import Meter, chromium
from tests.network.cells import CHROMIUM_CELLS, Cell
from tests.network.impairment import Impairment
from tests.network.scene import Scene
from tests.network.synthetic import SyntheticPerson
from tests.network.trial import EASY, FULL_FPS

GAP_JS = """
async (seconds) => {
  const pc = globalThis.classroomDebug.peerConnection();
  const heard = async () => {
    let packets = 0;
    for (const s of (await pc.getStats()).values())
      if (s.type === "inbound-rtp" && s.kind === "audio") packets += s.packetsReceived;
    return packets;
  };
  let packets = await heard(), since = performance.now(), longest = 0;
  const end = since + seconds * 1000;
  while (performance.now() < end) {
    await new Promise((done) => setTimeout(done, 20));
    const now = await heard();
    if (now !== packets) {
      longest = Math.max(longest, performance.now() - since);
      packets = now;
      since = performance.now();
    }
  }
  return Math.max(longest, performance.now() - since);
}
"""
"""The longest time in which no packet of sound came."""
RECOVERY_LOOKS = 8
BOTH_HOPS = "both hops, 30 %, 20 ms, unlimited"
UPLINK = "up, 30 %, 20 ms, unlimited"
REBINDING = "the address translator picks another port"


def names() -> list[str]:
    return [cell.name for cell in CHROMIUM_CELLS] + [UPLINK, BOTH_HOPS, REBINDING]


def run(
    scene: Scene,
    playwright: Playwright,
    nadia: SyntheticPerson,
    wanted: set[str],
    settle_s: float,
    measure_s: float,
) -> Iterator[dict[str, Any]]:
    """Nadia is on the server's host; Karim's Chromium, and for the uplink Léa's too, on the client's."""
    with chromium(scene, playwright, "client", "Karim", 1) as karim:
        for cell in CHROMIUM_CELLS:
            if cell.name in wanted:
                _recover(scene, karim)
                yield _one(scene, karim, cell, settle_s, measure_s)
        if REBINDING in wanted:
            _recover(scene, karim)
            yield {"cell": REBINDING, "silence_ms": round(_rebind(scene, karim))}
        if wanted & {UPLINK, BOTH_HOPS}:
            nadia.speak(False)
            # Léa joins on a good path: TCP takes many seconds for an offer where 30 % is lost, and that is not measured here.
            scene.impair(up=EASY, down=EASY)
            with chromium(scene, playwright, "client", "Léa", 2) as lea:
                lea.sees("Nadia")
                yield from _two_browsers(scene, karim, lea, wanted, settle_s, measure_s)


def _one(scene: Scene, karim: Person, cell: Cell, settle_s: float, measure_s: float) -> dict[str, Any]:
    paths = cell.impairments()
    scene.impair(up=paths["up"], down=paths["down"])
    time.sleep(settle_s)
    return {"cell": cell.name, **_measure(karim, measure_s)}


def _two_browsers(
    scene: Scene, karim: Person, lea: Person, wanted: set[str], settle_s: float, measure_s: float
) -> Iterator[dict[str, Any]]:
    """Both are behind the same path: Karim's voice crosses it once upwards, and once more downwards. Their cameras are off: two
    browsers' pictures take more than a small machine has, and the voice is what is measured."""
    for person in (karim, lea):
        person.button("Turn off camera").click()
    lossy = Impairment(loss=0.3, delay_s=0.01)
    for name, down in ((UPLINK, EASY), (BOTH_HOPS, lossy)):
        if name in wanted:
            scene.impair(up=lossy, down=down)
            time.sleep(settle_s)
            yield {"cell": name, **_measure(lea, measure_s)}
    scene.impair(up=EASY, down=EASY)


def _measure(person: Person, seconds: float) -> dict[str, float]:
    meter = Meter(person)
    meter.begin()
    time.sleep(seconds)
    return {key: round(value, 4) for key, value in meter.end().items()}


def _rebind(scene: Scene, person: Person) -> float:
    """Milliseconds without sound around the change."""
    person.page.evaluate(f"() => {{ globalThis.gap = ({GAP_JS})(8); }}")
    time.sleep(1)
    scene.hosts.rebind()
    return float(person.page.evaluate("() => globalThis.gap"))


def _recover(scene: Scene, person: Person) -> None:
    scene.impair(up=EASY, down=EASY)
    for _ in range(RECOVERY_LOOKS):
        if _measure(person, 1.5)["fps"] > FULL_FPS:
            return
