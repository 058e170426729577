from __future__ import annotations

import subprocess

import pytest

from tests.network.impairment import Direction, Impairment
from tests.network.namespaces import TwoHosts, available


def fates(impairment: Impairment, seed: int = 1, count: int = 20_000) -> list[float | None]:
    direction = Direction(impairment, seed)
    return [next(iter(direction.send(1_000, n * 0.001)), None) for n in range(count)]


def test_the_same_seed_gives_the_same_fate() -> None:
    path = Impairment(loss=0.1, burst=3, delay_s=0.05, jitter_s=0.02)
    assert fates(path, 5) == fates(path, 5)
    assert fates(path, 5) != fates(path, 6)


@pytest.mark.parametrize(("loss", "burst"), [(0.05, 1), (0.3, 1), (0.1, 4), (0.3, 4)])
def test_loses_the_share_asked_for_in_runs_of_the_length_asked_for(loss: float, burst: float) -> None:
    lost = [fate is None for fate in fates(Impairment(loss=loss, burst=burst))]
    assert sum(lost) / len(lost) == pytest.approx(loss, rel=0.15)
    runs = sum(1 for before, now in zip([False, *lost], lost, strict=False) if now and not before)
    expected = burst if burst > 1 else 1 / (1 - loss)
    assert sum(lost) / runs == pytest.approx(expected, rel=0.15)


def test_keeps_the_order_and_the_rate() -> None:
    # 8 Mb/s offered to 1 Mb/s
    out = [
        fate for fate in fates(Impairment(rate_bps=1_000_000, jitter_s=0.01), count=4_000) if fate is not None
    ]
    assert out == sorted(out)
    assert len(out) * 8_000 / out[-1] == pytest.approx(1_000_000, rel=0.05)


def test_holds_back_and_doubles_what_it_is_told_to() -> None:
    direction = Direction(Impairment(delay_s=0.01, reorder=0.1, reorder_by_s=0.05, duplicate=0.2), 1)
    fates = [direction.send(1_000, n * 0.001) for n in range(5_000)]
    delays = [out[0] - n * 0.001 for n, out in enumerate(fates)]
    assert sum(delay > 0.055 for delay in delays) / 5_000 == pytest.approx(0.1, rel=0.15)
    assert sum(len(out) == 2 for out in fates) / 5_000 == pytest.approx(0.2, rel=0.15)


@pytest.mark.skipif(not available(), reason="needs root and /dev/net/tun")
def test_two_hosts_reach_one_another_over_the_poor_path() -> None:
    path = Impairment(delay_s=0.03)
    with TwoHosts(up=path, down=path) as hosts:
        ping = ["python3", "-c", PING.format(hosts.SERVER)]
        echo = subprocess.Popen(hosts.command("server", ["python3", "-c", ECHO]), stdout=subprocess.PIPE)
        try:
            assert echo.stdout is not None
            echo.stdout.readline()
            done = subprocess.run(
                hosts.command("client", ping), capture_output=True, text=True, timeout=30, check=True
            )
        finally:
            echo.kill()
            echo.wait()
            assert echo.stdout is not None
            echo.stdout.close()
    assert float(done.stdout) >= 0.06


ECHO = """
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("0.0.0.0", 7007)); print("ready", flush=True)
while True:
    d, a = s.recvfrom(2000); s.sendto(d, a)
"""
PING = """
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(10)
t = time.monotonic(); s.sendto(b"x", ("{}", 7007)); s.recvfrom(100); print(time.monotonic() - t)
"""
