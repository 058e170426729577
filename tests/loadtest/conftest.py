"""Media is made once: it takes a second or two."""

from __future__ import annotations

import av
import pytest

from loadtest.media import SPEECH, Media
from loadtest.shard import prepared_media


@pytest.fixture(scope="session")
def media() -> Media:
    return prepared_media()


@pytest.fixture(scope="session")
def speech_packets() -> list[bytes]:
    """The committed clip as it is, without our padding."""
    with av.open(str(SPEECH)) as container:
        return [data for packet in container.demux(audio=0) if (data := bytes(packet))]
