"""What a participant publishes, read by aiortc's parser, on a clock told by the test."""

from __future__ import annotations

from itertools import pairwise

import pytest
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtp import HeaderExtensionsMap, RtcpPacket, RtcpSrPacket, RtpPacket, unwrap_rtx

from loadtest import sdp
from loadtest.media import AUDIO_FRAME_MS, FRAMES_PER_S, Media
from loadtest.packetize import red_frames, vp8_is_keyframe_start
from loadtest.rtcp import TransportFeedback
from loadtest.sender import CameraLayer, Microphone, TransportSequence
from loadtest.stamp import KEYFRAME, STREAMS, read_stamp

ALL = frozenset(sdp.EXTENSION_URIS)


class Wire:
    """Everything sent, parsed."""

    def __init__(self) -> None:
        self._numbers = HeaderExtensionsMap()
        self._numbers.configure(
            RTCRtpParameters(
                headerExtensions=[
                    RTCRtpHeaderExtensionParameters(id=number, uri=uri)
                    for number, uri in sdp.EXTENSION_URIS.items()
                ]
            )
        )
        self.packets: list[RtpPacket] = []

    def __call__(self, packet: bytes) -> bytes:
        assert len(packet) < 1200
        self.packets.append(RtpPacket.parse(packet, self._numbers))
        return packet


@pytest.fixture
def wire() -> Wire:
    return Wire()


def microphone(wire: Wire, media: Media, again: list[bytes] | None = None, red: bool = False) -> Microphone:
    sent_again = [] if again is None else again
    made = Microphone(wire, sent_again.append, red, TransportSequence(), media, 3, ALL)
    made.on = True
    return made


def layer(wire: Wire, media: Media, extensions: frozenset[int] = ALL) -> CameraLayer:
    made = CameraLayer(wire, TransportSequence(), media, 3, "h", extensions)
    made.on = True
    return made


def test_a_microphone_repeats_each_frame_in_red_and_sends_lost_packets_again(
    wire: Wire, media: Media
) -> None:
    again: list[bytes] = []
    sender = microphone(wire, media, again, red=True)
    due = 5.0
    for _ in range(10):
        due = sender.tick(due)
    frames = [red_frames(packet.payload) for packet in wire.packets]
    assert {packet.payload_type for packet in wire.packets} == {sdp.RED}
    assert [len(each) for each in frames] == [1] + 9 * [2]
    for before, now in pairwise(frames):
        assert now[0] == before[-1]
    lost = wire.packets[4]
    sender.retransmit((lost.sequence_number, 12345))
    (datagram,) = again
    assert RtpPacket.parse(datagram).sequence_number == lost.sequence_number
    assert sender.retransmitted == 1


def test_a_microphone_sends_a_frame_every_20_ms_with_its_level(wire: Wire, media: Media) -> None:
    sender = microphone(wire, media)
    sender.speaking = True
    due = 5.0
    for _ in range(100):
        due = sender.tick(due)
    assert due == pytest.approx(5.0 + 100 * AUDIO_FRAME_MS / 1000)
    first, *rest = wire.packets
    assert [packet.marker for packet in wire.packets] == [1] + 99 * [0]
    previous = first
    for packet in rest:
        assert (packet.timestamp - previous.timestamp) % 2**32 == 960
        assert (packet.sequence_number - previous.sequence_number) % 2**16 == 1
        previous = packet
    assert first.extensions.mid == sdp.MICROPHONE_MID
    assert any(packet.extensions.audio_level[0] for packet in wire.packets)
    assert [packet.extensions.transport_sequence_number for packet in wire.packets] == list(range(100))
    stamp = read_stamp(rest[-1].payload)
    assert stamp is not None
    assert (stamp.publisher, stamp.stream, stamp.sequence) == (3, 0, 99)


def test_a_quiet_microphone_sends_silence_and_one_that_is_off_nothing(wire: Wire, media: Media) -> None:
    sender = microphone(wire, media)
    sender.tick(0.0)
    assert wire.packets[0].extensions.audio_level[0] is False
    sender.on = False
    sender.tick(0.02)
    assert len(wire.packets) == 1
    sender.on = True
    sender.tick(0.04)
    assert (wire.packets[1].timestamp - wire.packets[0].timestamp) % 2**32 == 2 * 960
    assert wire.packets[1].marker


def test_a_frame_is_a_run_of_packets_that_ends_with_marker_and_stamp(wire: Wire, media: Media) -> None:
    sender = layer(wire, media)
    assert sender.tick(1.0) == pytest.approx(1.0 + 1 / FRAMES_PER_S)
    packets = wire.packets
    assert [packet.marker for packet in packets] == [0] * (len(packets) - 1) + [1]
    assert len({packet.timestamp for packet in packets}) == 1
    assert vp8_is_keyframe_start(packets[0].payload)
    assert packets[0].extensions.rtp_stream_id == "h"
    stamp = read_stamp(packets[-1].payload)
    assert stamp is not None
    assert (STREAMS[stamp.stream], stamp.flags) == ("h", KEYFRAME)


def test_a_keyframe_request_is_answered_with_the_next_frame(wire: Wire, media: Media) -> None:
    sender = layer(wire, media)
    for _ in range(3):
        sender.tick(0.0)
    sender.request_keyframe()
    sent = len(wire.packets)
    sender.tick(0.0)
    assert vp8_is_keyframe_start(wire.packets[sent].payload)
    assert (wire.packets[sent].timestamp - wire.packets[0].timestamp) % 2**32 == 3 * 90_000 // FRAMES_PER_S
    assert sender.keyframes_asked == 1


def test_retransmissions_repeat_the_packet_in_the_repair_stream(wire: Wire, media: Media) -> None:
    sender = layer(wire, media)
    sender.tick(0.0)
    original = wire.packets[0]
    sender.retransmit((original.sequence_number, (original.sequence_number - 9) % 2**16))
    repair = wire.packets[-1]
    assert sender.retransmitted == 1
    assert repair.extensions.repaired_rtp_stream_id == "h"
    assert repair.ssrc != original.ssrc
    unwrapped = unwrap_rtx(repair, payload_type=sdp.VP8, ssrc=original.ssrc)
    assert (unwrapped.sequence_number, unwrapped.payload) == (original.sequence_number, original.payload)
    assert unwrapped.timestamp == original.timestamp


def test_names_stop_once_the_server_has_reported_on_the_stream(wire: Wire, media: Media) -> None:
    sender = layer(wire, media)
    sender.tick(0.0)
    sender.stream.known_by_server(cumulative_lost=2)
    sender.tick(0.0)
    assert wire.packets[-1].extensions.rtp_stream_id is None
    assert wire.packets[-1].extensions.transport_sequence_number is not None
    assert sender.stream.reported_lost == 2


def test_extensions_that_the_server_refused_are_not_sent(wire: Wire, media: Media) -> None:
    layer(wire, media, frozenset()).tick(0.0)
    assert wire.packets[0].extensions.mid is None
    assert wire.packets[0].extensions.transport_sequence_number is None


def test_a_sender_report_goes_on_from_the_last_frame(wire: Wire, media: Media) -> None:
    sender = microphone(wire, media)
    sender.tick(7.0)
    (report,) = RtcpPacket.parse(sender.stream.sender_report(7.5, sender.sent_at, 48_000))
    assert isinstance(report, RtcpSrPacket)
    assert (report.sender_info.rtp_timestamp - wire.packets[0].timestamp) % 2**32 == 24_000
    assert report.sender_info.packet_count == 1


def test_what_transport_feedback_never_confirms_is_lost() -> None:
    sequence = TransportSequence()
    assert [sequence.take() for _ in range(4)] == [0, 1, 2, 3]
    told = [sequence.lost]
    for feedback in (TransportFeedback(0, (True, False, False, True)), TransportFeedback(1, (True,))):
        sequence.feedback(feedback)
        told.append(sequence.lost)
    for _ in range(65536):
        sequence.take()
    assert [*told, sequence.lost] == [None, 2, 1, 1]
