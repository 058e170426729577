"""A small part of the matrix (docs/media-quality.md): real packets through a poor path between two hosts.

What is asserted is what arrives at all, not how soon: the machine may be busy with the rest of the tests, and a starved decoder
conceals sound that has come. How well it goes on a quiet machine is what the page reports.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import sync_playwright

from tests.network import trial_chromium
from tests.network.cells import Cell, Step
from tests.network.namespaces import available
from tests.network.scene import Scene, scene
from tests.network.trial import SyntheticTrial

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(not available(), reason="needs root and /dev/net/tun for network namespaces"),
    pytest.mark.timeout(240),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with scene(tmp_path_factory.mktemp("network")) as made:
        yield made


@pytest.fixture(scope="module")
def trial(made: Scene) -> SyntheticTrial:
    return SyntheticTrial(made, settle_s=2, measure_s=4, recovery_s=3)


def test_5_percent_lost_at_150_ms_and_the_picture_moves(trial: SyntheticTrial) -> None:
    got = trial.run(Cell("down", "5 %", 150, "unlimited"))
    assert got["audio_lost"] < 0.02
    assert got["fps"] > 10


def test_the_voice_goes_on_when_the_downlink_falls_to_300_kbps(trial: SyntheticTrial) -> None:
    got = trial.fall(Step("down", "300 kb/s"), 5.0)
    assert got["audio_lost"] < 0.03
    assert got["audio_gap_ms"] < 1000


def test_30_percent_lost_on_the_way_down_and_hardly_a_word(trial: SyntheticTrial) -> None:
    assert trial.run(Cell("down", "30 %", 20, "unlimited"))["audio_lost"] < 0.03


def test_30_percent_lost_on_the_way_up_and_hardly_a_word(trial: SyntheticTrial) -> None:
    assert trial.run(Cell("up", "30 %", 20, "unlimited"))["audio_lost"] < 0.03


@pytest.mark.browser
def test_chromium_hears_through_30_percent(made: Scene, trial: SyntheticTrial) -> None:
    cell = Cell("down", "30 %", 20, "unlimited")
    with sync_playwright() as playwright:
        (got,) = trial_chromium.run(made, playwright, trial.nadia, {cell.name}, settle_s=4, measure_s=5)
    assert got["audio_nacks"] > 20, "Chromium asks for lost audio"
    assert got["audio_kbps"] > 150, "and is given redundancy: two voices would be 70"
    assert got["concealed_worst"] < 0.3
