"""A browser without VP8 is seen by those who take H.264."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import OpenPerson, Server
from tests.e2e.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.timeout(200)]

RECEIVED_JS = """
async () => {
  const stats = await classroomDebug.stats();
  const codecs = new Map(stats.filter((s) => s.type === "codec").map((s) => [s.id, s.mimeType]));
  const inbound = stats.filter((s) => s.type === "inbound-rtp" && s.kind === "video" && s.framesDecoded > 0);
  return inbound.map((s) => codecs.get(s.codecId));
}
"""


def with_h264_alone(link: str) -> str:
    return link.replace("#", "?codec=h264#")


def has_h264(person: Person) -> bool:
    names: list[str] = person.page.evaluate(
        "() => RTCRtpSender.getCapabilities('video').codecs.map((codec) => codec.mimeType)"
    )
    return "video/H264" in names


def test_a_picture_in_h264_is_seen_by_a_browser_that_sends_vp8(
    server: Server, open_person: OpenPerson
) -> None:
    room = server.create_room()
    karim = open_person(1, "Karim").arrive(server.invite(room, "participant", "Karim"))
    if not has_h264(karim):
        pytest.skip("this Chromium was built without H.264")
    nadia = open_person(0, "Nadia").arrive(with_h264_alone(server.invite(room, "trainer", "Nadia")))
    karim.sees("Nadia")
    nadia.sees("Karim")
    assert set(karim.page.evaluate(RECEIVED_JS)) == {"video/H264"}
    assert set(nadia.page.evaluate(RECEIVED_JS)) == {"video/VP8"}
