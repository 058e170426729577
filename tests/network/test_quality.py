"""A small part of the matrix (docs/media-quality.md): real packets through a poor path between two hosts.

Limits are wider than what the page reports: here the machine may be busy with the rest of the tests.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.network import trial_chromium
from tests.network.cells import Cell, Step
from tests.network.namespaces import available
from tests.network.scene import scene
from tests.network.trial import SyntheticTrial

pytestmark = [
    pytest.mark.skipif(not available(), reason="needs root and /dev/net/tun for network namespaces"),
    pytest.mark.timeout(240),
]


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SyntheticTrial]:
    with scene(tmp_path_factory.mktemp("network")) as made:
        yield SyntheticTrial(made, settle_s=3, measure_s=5)


@pytest.mark.parametrize("way", ["down", "up"])
def test_30_percent_lost_and_hardly_a_word(trial: SyntheticTrial, way: str) -> None:
    got = trial.run(Cell("down" if way == "down" else "up", "30 %", 20, "unlimited"))
    assert got["audio_lost"] < 0.03


def test_5_percent_lost_at_150_ms_and_the_picture_moves(trial: SyntheticTrial) -> None:
    got = trial.run(Cell("down", "5 %", 150, "unlimited"))
    assert got["audio_lost"] < 0.01
    assert got["fps"] > 15
    assert got["freeze_ratio"] < 0.1


def test_the_voice_goes_on_when_the_downlink_falls_to_300_kbps(trial: SyntheticTrial) -> None:
    got = trial.run(Step("down", "300 kb/s"))
    for phase in ("falling", "low", "rising", "high"):
        assert got[phase]["audio_lost"] < 0.03, phase
    assert got["low"]["audio_gap_ms"] < 500


@pytest.mark.browser
def test_chromium_hears_through_30_percent(tmp_path: Path) -> None:
    cell = Cell("down", "30 %", 20, "unlimited")
    began = time.monotonic()
    with sync_playwright() as playwright, scene(tmp_path) as made:
        (got,) = trial_chromium.run(made, playwright, {cell.name}, settle_s=4, measure_s=6)
    assert got["concealed_worst"] < 0.06, f"after {time.monotonic() - began:.0f} s"
