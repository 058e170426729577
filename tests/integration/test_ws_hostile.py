"""What goes wrong on the wire has a code of its own, and harms nobody else: a real server, a real socket."""

from __future__ import annotations

import asyncio
import time

import pytest
from msgspec.structs import replace
from websockets.exceptions import InvalidStatus

from classroom import invitations, keys
from rooms.commands import PostChat, RaiseHand
from rooms.events import ChatPosted
from signaling.messages import GetSnapshot, Hello, Offer
from signaling.tokens import sign
from tests.support.client import Client, Closed, Refusal, packed
from tests.support.server import ClassroomServer, running, token_of


async def refused_hello(server: ClassroomServer, token: str) -> tuple[str, int | None]:
    """The code of the reply, and the close code."""
    client = await Client.open(server.ws_url)
    with pytest.raises(Refusal) as refusal:
        await client.hello(token)
    closed = await client.closed()
    return refusal.value.code, closed.code


class TestInvitations:
    async def test_a_changed_token(self, classroom_server: ClassroomServer) -> None:
        token = token_of(classroom_server.invite(classroom_server.create_room()))
        head, body, signature = token.split(".")
        for wrong in ("x", f"{head}.{body}.{signature[::-1]}", f"{head}.{body[::-1]}.{signature}"):
            assert await refused_hello(classroom_server, wrong) == ("token_invalid", 4401)

    async def test_an_expired_one(self, classroom_server: ClassroomServer) -> None:
        token = token_of(classroom_server.invite(classroom_server.create_room(), days=-1))
        assert await refused_hello(classroom_server, token) == ("token_expired", 4402)

    async def test_one_for_later(self, classroom_server: ClassroomServer) -> None:
        room = classroom_server.create_room()
        invitation = invitations.personal(room, "", "participant", "Ana", now_s=int(time.time()))
        later = replace(invitation, nbf=int(time.time()) + 3600)
        token = sign(later, keys.load_or_create(classroom_server.data_dir))
        assert await refused_hello(classroom_server, token) == ("token_not_yet_valid", 4403)

    async def test_a_room_that_is_not_there(self, classroom_server: ClassroomServer) -> None:
        token = token_of(classroom_server.invite("nowhere"))
        assert await refused_hello(classroom_server, token) == ("room_not_found", 4404)

    async def test_a_role_that_is_not_there(self, classroom_server: ClassroomServer) -> None:
        link = classroom_server.invite(classroom_server.create_room(), "king")  # type: ignore[arg-type]
        assert await refused_hello(classroom_server, token_of(link)) == ("token_invalid", 4401)

    async def test_a_full_room(self, classroom_server: ClassroomServer) -> None:
        room = classroom_server.create_room(capacity=2)
        url = classroom_server.ws_url
        first = await Client.join(url, classroom_server.invite(room, name="Ana"))
        link = classroom_server.invite(room, name="Ben")
        second = await Client.join(url, link)
        third = token_of(classroom_server.invite(room, name="Cem"))
        assert await refused_hello(classroom_server, third) == ("room_full", 4430)
        await second.cut()
        again = await Client.join(url, link)  # a seat that is kept is not lost to the limit
        await asyncio.gather(first.close(), again.close())


class TestFrames:
    @pytest.fixture
    async def ana(self, classroom_server: ClassroomServer) -> Client:
        room = classroom_server.create_room()
        return await Client.join(classroom_server.ws_url, classroom_server.invite(room))

    async def test_an_unknown_message(self, ana: Client) -> None:
        with pytest.raises(Refusal) as refusal:
            await ana.request_raw(10, packed(10, "room.explode", {}))
        assert refusal.value.code == "unknown_message"
        await ana.close()

    async def test_a_malformed_message(self, ana: Client) -> None:
        with pytest.raises(Refusal) as refusal:
            await ana.request_raw(10, packed(10, "chat.post", {"channel": "room", "text": 7}))
        assert refusal.value.code == "malformed_message"
        await ana.close()

    async def test_a_command_of_the_server(self, ana: Client) -> None:
        for command in ("join", "disconnect", "reconnect", "tick"):
            ana.last_ref += 1
            with pytest.raises(Refusal) as refusal:
                await ana.request_raw(ana.last_ref, packed(ana.last_ref, command, {}))
            assert refusal.value.code == "unknown_message"
        await ana.close()

    async def test_a_malformed_offer(self, ana: Client) -> None:
        for sdp in ("nonsense", "v=0\r\n", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" * 3):
            with pytest.raises(Refusal) as refusal:
                await ana.request(Offer(sdp=sdp, sources={"0": "microphone"}))
            assert refusal.value.code in ("offer_malformed", "offer_unsupported")
        await ana.request(RaiseHand())
        await ana.close()

    async def test_a_frame_too_large(self, ana: Client) -> None:
        await ana.send(b"\x00" * 65_537)
        closed = await ana.closed()
        assert (closed.code, closed.error) == (4413, "frame_too_large")

    async def test_a_frame_far_too_large(self, ana: Client) -> None:
        await ana.send(b"\x00" * 1_000_000)
        assert (await ana.closed()).code == 1009  # RFC 6455 section 7.4.1

    async def test_no_frame_at_all(self, ana: Client) -> None:
        await ana.send(b"\xc1")
        closed = await ana.closed()
        assert (closed.code, closed.error) == (4400, "malformed_frame")

    async def test_a_text_frame(self, ana: Client) -> None:
        await ana.send("hello")
        assert (await ana.closed()).code == 4400

    async def test_too_much_nonsense(self, ana: Client) -> None:
        for ref in range(100, 200):
            await ana.send(packed(ref, "room.explode", {}))
        closed = await ana.closed()
        assert (closed.code, closed.error) == (4429, "too_many_errors")

    async def test_too_many_requests(self, ana: Client) -> None:
        replies = [
            asyncio.create_task(ana.request_raw(ref, packed(ref, "snapshot.get", {})))
            for ref in range(100, 220)
        ]
        results = await asyncio.gather(*replies, return_exceptions=True)
        refused = [result for result in results if isinstance(result, Refusal)]
        assert {refusal.code for refusal in refused} == {"rate_limited"}
        assert sum(isinstance(result, dict) for result in results) >= 60, "a burst is served"
        ana.last_ref = 219
        await _patiently(ana, GetSnapshot())
        await ana.close()

    async def test_something_before_hello(self, classroom_server: ClassroomServer) -> None:
        client = await Client.open(classroom_server.ws_url)
        await client.send(packed(1, "hand.raise", {}))
        closed = await client.closed()
        assert (closed.code, closed.error) == (4406, "hello_expected")

    async def test_another_protocol(self, classroom_server: ClassroomServer) -> None:
        client = await Client.open(classroom_server.ws_url)
        with pytest.raises(Closed):
            await client.request(Hello(protocol=99, token="x"))
        closed = await client.closed()
        assert (closed.code, closed.error) == (4407, "protocol_unsupported")

    async def test_neighbours_notice_nothing(self, classroom_server: ClassroomServer) -> None:
        room = classroom_server.create_room()
        url = classroom_server.ws_url
        ana = await Client.join(url, classroom_server.invite(room, name="Ana"))
        ben = await Client.join(url, classroom_server.invite(room, name="Ben"))
        for frame in (b"", b"\xc1", b"\x00" * 100_000, packed(*range(300)), packed([[[[[[[[[[]]]]]]]]]])):
            eve = await Client.join(url, classroom_server.invite(room, name="Eve", seat="p-eve"))
            await eve.send(frame)
            await eve.closed()
        await ana.request(PostChat(channel="room", text="still here"))
        assert (await ben.event(ChatPosted)).message.text == "still here"
        await asyncio.gather(ana.close(), ben.close())


class TestOrigin:
    async def test_a_strangers_page_may_not_connect(self, classroom_server: ClassroomServer) -> None:
        for origin in ("https://evil.example", "null", "http://localhost:1"):
            with pytest.raises(InvalidStatus) as refused:
                await Client.open(classroom_server.ws_url, origin=origin)
            assert refused.value.response.status_code == 403

    async def test_our_own_pages_may(self, classroom_server: ClassroomServer) -> None:
        port = classroom_server.url.rsplit(":", 1)[1]
        for origin in (classroom_server.url, f"http://localhost:{port}", f"http://127.0.0.1:{port}"):
            client = await Client.open(classroom_server.ws_url, origin=origin)
            await client.close()


async def test_one_address_may_not_connect_for_ever(tmp_path_factory: pytest.TempPathFactory) -> None:
    with running(tmp_path_factory.mktemp("rate")) as server:
        refused = 0
        for _ in range(300):
            try:
                client = await Client.open(server.ws_url)
                client.socket.transport.abort()
            except InvalidStatus as answer:
                refused += answer.response.status_code == 429
        assert refused > 0
    assert '"why": "rate"' in server.log


async def _patiently(client: Client, message: GetSnapshot) -> None:
    """Within the rate that a session is allowed."""
    while True:
        try:
            await client.request(message)
            return
        except Refusal as refusal:
            if refusal.code != "rate_limited":
                raise
            await asyncio.sleep(0.2)
