"""Goes through cells with two synthetic people, one of them on the poor path, and says what the listener got."""

from __future__ import annotations

import time
from statistics import median
from typing import Any

from tests.network.cells import Anything, Cell, Rejoin, Step
from tests.network.impairment import Impairment
from tests.network.scene import Scene
from tests.network.synthetic import SyntheticPerson

EASY = Impairment(delay_s=0.01)
RECOVERY_S = 12.0
"""At most, between two cells: until pictures flow as they did at the start."""
FULL_FPS = 20.0
REJOINS = 15
"""Every third one loses a packet that everything waits for, so fewer would be a matter of luck."""


class SyntheticTrial:
    """Nadia is on the server's host, Karim behind the poor path; both talk and show themselves."""

    def __init__(
        self, scene: Scene, settle_s: float, measure_s: float, recovery_s: float = RECOVERY_S
    ) -> None:
        self._scene = scene
        self._recovery_s = recovery_s
        self._settle_s, self._measure_s = settle_s, measure_s
        self.nadia = scene.synthetic("server", "Nadia")
        self.karim = scene.synthetic("client", "Karim")
        self.nadia.joined()
        self.karim.joined()

    def run(self, cell: Anything) -> dict[str, Any]:
        listener = self.karim if cell.way == "down" else self.nadia
        self._recover()
        if isinstance(cell, Rejoin):
            self._apply(cell)
            times = [self.karim.rejoin() for _ in range(REJOINS)]
            return {"cell": cell.name, "audio_ms": round(median(times)), "slowest_ms": round(max(times))}
        if isinstance(cell, Cell):
            self._apply(cell)
            time.sleep(self._settle_s)
            return {"cell": cell.name, **self.measure(listener, self._measure_s, cell.round_trip_ms)}
        self._apply(cell)
        falling = self.measure(listener, 4.0, 20)
        low = self.measure(listener, self._measure_s, 20)
        self._scene.impair(up=EASY, down=EASY)
        rising = self.measure(listener, 10.0, 20)
        high = self.measure(listener, self._measure_s, 20)
        return {"cell": cell.name, "falling": falling, "low": low, "rising": rising, "high": high}

    def measure(self, listener: SyntheticPerson, seconds: float, round_trip_ms: float) -> dict[str, float]:
        listener.begin()
        time.sleep(seconds)
        return summary(listener.end(round_trip_ms))

    def fall(self, step: Step, seconds: float) -> dict[str, float]:
        """The first seconds after a rate fell."""
        self._recover()
        self._apply(step)
        return self.measure(self.karim if step.way == "down" else self.nadia, seconds, 20)

    def _apply(self, cell: Anything) -> None:
        paths = cell.impairments()
        self._scene.impair(up=paths["up"], down=paths["down"])

    def _recover(self) -> None:
        self._scene.impair(up=EASY, down=EASY)
        deadline = time.monotonic() + self._recovery_s
        time.sleep(1.0)
        while time.monotonic() < deadline:
            self.nadia.begin()
            self.karim.begin()
            time.sleep(1.5)
            got = [summary(person.end(20)) for person in (self.nadia, self.karim)]
            if all(each["fps"] > FULL_FPS and each["kbps"] > 600 for each in got):
                break


def summary(report: dict[str, Any]) -> dict[str, float]:
    """One voice and one picture, flat."""
    voice = max(report["audio"].values(), key=lambda each: each["frames"], default=None)
    picture = max(report["video"].values(), key=lambda each: each["packets"], default=None)
    return {
        "kbps": round(report["kbps"], 1),
        "audio_lost": round(voice["lost"], 4) if voice else 1.0,
        "audio_unplayable": round(voice["late"], 4) if voice else 1.0,
        "audio_concealed": round(voice["concealed"], 4) if voice else 1.0,
        "audio_gap_ms": round(1000 * voice["longest_gap_s"]) if voice else 0,
        "audio_delay_ms": round(voice["delay_ms"]) if voice else 0,
        "fps": round(picture["fps"], 1) if picture else 0.0,
        "freezes": picture["freezes"] if picture else 0,
        "freeze_ratio": round(picture["freeze_ratio"], 4) if picture else 1.0,
    }
