"""Which addresses answers carry."""

from __future__ import annotations

import pytest

from classroom.media.config import MediaConfig, candidate_addresses


@pytest.mark.parametrize(
    ("config", "addresses"),
    [
        (MediaConfig(), ("192.0.2.2", "127.0.0.1")),
        (MediaConfig(host="::"), ("192.0.2.2", "2001:db8::2", "127.0.0.1")),
        (MediaConfig(host="127.0.0.1"), ("127.0.0.1",)),
        (MediaConfig(advertise=("203.0.113.5",)), ("203.0.113.5",)),
    ],
)
def test_candidates(config: MediaConfig, addresses: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    def interfaces(use_ipv4: bool, use_ipv6: bool) -> list[str]:
        return ["192.0.2.2"] + ["2001:db8::2"] * use_ipv6

    monkeypatch.setattr("classroom.media.config.get_host_addresses", interfaces)
    assert candidate_addresses(config) == addresses
