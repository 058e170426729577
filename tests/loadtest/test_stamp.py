"""Stamps: found behind media, and only there."""

from hypothesis import given
from hypothesis import strategies as st

from loadtest.stamp import KEYFRAME, STAMP_BYTES, Stamp, pack_stamp, read_stamp


@given(
    before=st.binary(max_size=50),
    publisher=st.integers(0, 65535),
    stream=st.integers(0, 3),
    sequence=st.integers(0, 2**32 - 1),
    sent_ns=st.integers(0, 2**63),
)
def test_a_stamp_is_read_back_from_the_end_of_a_payload(
    before: bytes, publisher: int, stream: int, sequence: int, sent_ns: int
) -> None:
    stamp = pack_stamp(publisher, stream, KEYFRAME, sequence, sent_ns)
    assert len(stamp) == STAMP_BYTES
    assert read_stamp(before + stamp) == Stamp(publisher, stream, KEYFRAME, sequence, sent_ns)


@given(st.binary(max_size=100).filter(lambda data: b"LTs1" not in data))
def test_other_payloads_have_no_stamp(payload: bytes) -> None:
    assert read_stamp(payload) is None


def test_the_count_wraps_at_32_bits() -> None:
    stamp = read_stamp(pack_stamp(1, 0, 0, 2**32 + 5, 0))
    assert stamp is not None
    assert stamp.sequence == 5
