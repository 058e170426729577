"""The other nodes' part of the ops page: each is asked over a WebSocket that ends with the answer, and not waited for long.

Whoever does not answer is shown as such; nothing else waits for them.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec
from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from classroom import logs
from classroom.cluster import passes
from classroom.cluster.placement import NodeInfo
from classroom.ops.actions import Action, Done, OpsRefusal, OpsRefused
from classroom.ops.views import NodeOverview, PersonView, RoomView

if TYPE_CHECKING:
    from classroom.runtime import Runtime

log = logs.get("ops")

T = TypeVar("T")

ANSWER_S: Final = 2.0
"""How long a node may take."""
MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024
MAX_QUESTION_BYTES: Final = 16 * 1024
PURPOSE: Final = "ops"


class _Question(msgspec.Struct, tag_field="ask", forbid_unknown_fields=True, frozen=True, kw_only=True):
    pass


class AskOverview(_Question, tag="overview", frozen=True):
    worst: int
    query: str


class AskRoom(_Question, tag="room", frozen=True):
    room_id: str


class AskPerson(_Question, tag="person", frozen=True):
    room_id: str
    participant_id: str


class AskAction(_Question, tag="action", frozen=True):
    action: Action
    by: str


class AskTake(_Question, tag="take", frozen=True):
    room_id: str


Question = AskOverview | AskRoom | AskPerson | AskAction | AskTake


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    error: OpsRefusal | None = None
    body: msgspec.Raw = msgspec.Raw(b"null")


QUESTIONS: Final[msgspec.json.Decoder[Question]] = msgspec.json.Decoder(Question)
ANSWERS: Final[msgspec.json.Decoder[Answer]] = msgspec.json.Decoder(Answer)


class Peers:
    """One per process."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    @property
    def nodes(self) -> list[NodeInfo]:
        cluster = self._runtime.cluster
        return [] if cluster is None else cluster.ownership.peers

    async def overviews(self, worst: int, query: str) -> list[tuple[NodeInfo, NodeOverview | None]]:
        """Of every other node; None: it does not answer."""
        nodes = self.nodes
        question = AskOverview(worst=worst, query=query)
        answers = await asyncio.gather(*(self._ask(node, question, NodeOverview) for node in nodes))
        return [
            (node, None if isinstance(a, OpsRefused) else a) for node, a in zip(nodes, answers, strict=True)
        ]

    async def room(self, room_id: str) -> RoomView:
        """From whoever has it. Raises OpsRefused."""
        return await self._first(AskRoom(room_id=room_id), RoomView)

    async def person(self, room_id: str, participant_id: str) -> PersonView:
        """From whoever has the room. Raises OpsRefused."""
        return await self._first(AskPerson(room_id=room_id, participant_id=participant_id), PersonView)

    async def act(self, action: Action, by: str, node_id: str | None = None) -> Done:
        """On the node of this id, or else on the one that has the room. Raises OpsRefused."""
        question = AskAction(action=action, by=by)
        if node_id is None:
            return await self._first(question, Done)
        node = next((node for node in self.nodes if node.node_id == node_id), None)
        if node is None:
            raise OpsRefused("node_not_found")
        answer = await self._ask(node, question, Done)
        if isinstance(answer, OpsRefused):
            raise answer
        return answer

    async def give(self, node: NodeInfo, room_id: str) -> None:
        """Has another node load a room that this one has just put away. One that does not answer may still do it; if not, the
        people's own coming back loads the room somewhere."""
        answer = await self._ask(node, AskTake(room_id=room_id), Done)
        if isinstance(answer, OpsRefused):
            log.warning("room not taken", room=room_id, node=node.node_id, code=answer.code)

    async def _first(self, question: Question, kind: type[T]) -> T:
        answers = await asyncio.gather(*(self._ask(node, question, kind) for node in self.nodes))
        refusals: list[OpsRefused] = []
        for answer in answers:
            if not isinstance(answer, OpsRefused):
                return answer
            refusals.append(answer)
        told = [one for one in refusals if one.code not in ("room_not_found", "node_silent")]
        silent = [one for one in refusals if one.code == "node_silent"]
        raise (told or silent or [OpsRefused("room_not_found")])[0]

    async def _ask(self, node: NodeInfo, question: Question, kind: type[T]) -> T | OpsRefused:
        given = passes.sign(passes.Pass(at_s=int(time.time()), purpose=PURPOSE), self._runtime.keys)
        try:
            async with asyncio.timeout(ANSWER_S):
                async with connect(
                    node.url.replace("http", "ws", 1) + "/cluster/ops",
                    additional_headers={passes.HEADER: given},
                    compression=None,
                    max_size=MAX_ANSWER_BYTES,
                    close_timeout=ANSWER_S,
                    proxy=None,
                ) as socket:
                    await socket.send(msgspec.json.encode(question))
                    answer = ANSWERS.decode(await socket.recv())
                    return (
                        OpsRefused(answer.error)
                        if answer.error
                        else msgspec.json.decode(answer.body, type=kind)
                    )
        except (OSError, TimeoutError, WebSocketException, msgspec.MsgspecError) as problem:
            log.info("node does not answer", node=node.node_id, problem=repr(problem))
            return OpsRefused("node_silent")

    # --- asked by others ------------------------------------------------------------------------------------

    async def endpoint(self, websocket: WebSocket) -> None:
        """The route `/cluster/ops`: another node asks one thing."""
        cluster = self._runtime.cluster
        if cluster is None or cluster.admitted(websocket.headers.get(passes.HEADER), PURPOSE) is None:
            await websocket.send_denial_response(PlainTextResponse("for nodes only\n", 403))
            return
        await websocket.accept()
        try:
            async with asyncio.timeout(ANSWER_S):
                data = await websocket.receive_bytes()
            await websocket.send_bytes(msgspec.json.encode(await self._answer(data)))
            await websocket.close()
        except (TimeoutError, WebSocketDisconnect, RuntimeError, OSError, KeyError):
            return  # whoever asked has gone, or never asked

    async def _answer(self, data: bytes) -> Answer:
        try:
            if len(data) > MAX_QUESTION_BYTES:
                raise OpsRefused("too_large")
            body = await self._found(QUESTIONS.decode(data))
        except OpsRefused as refused:
            return Answer(error=refused.code)
        except msgspec.MsgspecError:
            return Answer(error="malformed_message")
        return Answer(body=msgspec.Raw(msgspec.json.encode(body)))

    async def _found(self, question: Question) -> msgspec.Struct:
        ops = self._runtime.ops
        match question:
            case AskOverview():
                return await ops.desk.overview(question.worst, question.query)
            case AskRoom():
                return ops.desk.room(question.room_id)
            case AskPerson():
                return ops.desk.person(question.room_id, question.participant_id)
            case AskAction():
                return await ops.actions.do(question.action, question.by)
            case AskTake():
                await ops.actions.take(question.room_id)
                return Done()
