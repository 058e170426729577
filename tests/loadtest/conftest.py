"""What people say and show."""

from __future__ import annotations

import av
import pytest

from loadtest.kept_media import prepared_media
from loadtest.media import SPEECH, Media


@pytest.fixture(scope="session")
def media() -> Media:
    return prepared_media()


@pytest.fixture(scope="session")
def speech_packets() -> list[bytes]:
    """The committed clip as it is, without our padding."""
    with av.open(str(SPEECH)) as container:
        return [data for packet in container.demux(audio=0) if (data := bytes(packet))]
