from signaling.outbox import Outbox


def drain(outbox: Outbox) -> list[bytes]:
    frames = []
    while (frame := outbox.take()) is not None:
        frames.append(frame)
    return frames


def test_keeps_the_order() -> None:
    outbox = Outbox(max_frames=10, max_bytes=100)
    for frame in (b"a", b"b", b"c"):
        assert outbox.put(frame)
    assert drain(outbox) == [b"a", b"b", b"c"]
    assert len(outbox) == 0
    assert outbox.waiting_bytes == 0


def test_a_newer_push_replaces_the_waiting_one_and_goes_to_the_end() -> None:
    outbox = Outbox(max_frames=10, max_bytes=100)
    outbox.put_push("media.slots", b"old")
    outbox.put_push("ping", b"ping")
    outbox.put(b"event")
    outbox.put_push("media.slots", b"new")
    assert outbox.waiting_bytes == len(b"ping" + b"event" + b"new")
    assert drain(outbox) == [b"ping", b"event", b"new"]


def test_pushes_alone_never_fill_it() -> None:
    outbox = Outbox(max_frames=2, max_bytes=100)
    assert all(outbox.put_push("media.speaking", bytes([n])) for n in range(200))
    assert drain(outbox) == [bytes([199])]


def test_refuses_more_frames_or_bytes_than_its_limits() -> None:
    outbox = Outbox(max_frames=2, max_bytes=10)
    assert [outbox.put(b"123"), outbox.put(b"456"), outbox.put(b"7")] == [True, True, False]
    assert outbox.take() == b"123"
    assert not outbox.put(b"12345678")
    assert outbox.put(b"1234567")


def test_one_frame_of_any_size_fits() -> None:
    outbox = Outbox(max_frames=2, max_bytes=10)
    assert outbox.put(bytes(1000))
    assert not outbox.put(b"x")
    assert len(drain(outbox)) == 1
