"""Everything of the ops page in one process, put together: what this node knows, and what the others add."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from classroom.ops.actions import Action, Actions, Done, DrainNode, OpsRefused
from classroom.ops.desk import WORST, Desk
from classroom.ops.links import LinkList
from classroom.ops.peers import Peers
from classroom.ops.trouble import STATUSES
from classroom.ops.views import Access, Counts, NodeView, Overview, PersonView, RoomRow, RoomView
from classroom.ops.watch import OpsWatch

if TYPE_CHECKING:
    from classroom.runtime import Runtime

PAGE_ROOMS: Final = 50
"""Rooms on a page unless more are asked for."""


class Ops:
    """One per process."""

    def __init__(self, runtime: Runtime, watch: OpsWatch) -> None:
        self._runtime = runtime
        self.watch = watch
        self.desk = Desk(runtime, watch)
        self.peers = Peers(runtime)
        self.actions = Actions(runtime)
        self.links = LinkList(runtime.records)

    async def overview(self, you: Access, offset: int, limit: int, query: str) -> Overview:
        """Rooms `offset` to `offset + limit` of all nodes' together, the most troubled first. Each node gives its `WORST` at
        most: beyond, a query finds what a list does not reach."""
        worst = min(WORST, offset + limit)
        here = await self.desk.overview(worst, query)
        counts, found = Counts(), here.found
        counts.add(here.counts)
        nodes, rooms = [here.node], list(here.rooms)
        for info, answer in await self.peers.overviews(worst, query):
            if answer is None:
                nodes.append(
                    NodeView(
                        node_id=info.node_id,
                        url=info.url,
                        answers=False,
                        draining=info.draining,
                        rooms=info.rooms,
                        sessions=info.sessions,
                    )
                )
                continue
            nodes.append(answer.node)
            counts.add(answer.counts)
            found += answer.found
            rooms += answer.rooms
        rooms.sort(key=_order)
        return Overview(
            you=you,
            cluster=self._runtime.cluster is not None,
            nodes=tuple(sorted(nodes, key=lambda node: node.url)),
            counts=counts,
            found=found,
            offset=offset,
            rooms=tuple(rooms[offset : offset + limit]),
        )

    async def room(self, room_id: str) -> RoomView:
        """Raises OpsRefused."""
        try:
            return self.desk.room(room_id)
        except OpsRefused as refused:
            if refused.code != "room_not_found":
                raise
        return await self.peers.room(room_id)

    async def person(self, room_id: str, participant_id: str) -> PersonView:
        """Raises OpsRefused."""
        try:
            return self.desk.person(room_id, participant_id)
        except OpsRefused as refused:
            if refused.code != "room_not_found":
                raise
        return await self.peers.person(room_id, participant_id)

    async def act(self, action: Action, by: str) -> Done:
        """Here, or on the node that it concerns. Raises OpsRefused."""
        if isinstance(action, DrainNode):
            if action.node_id == self.desk.node_id:
                return await self.actions.do(action, by)
            return await self.peers.act(action, by, action.node_id)
        if self._runtime.hosts.loaded(action.room_id) is not None:
            return await self.actions.do(action, by)
        return await self.peers.act(action, by)


def _order(row: RoomRow) -> tuple[int, float, str]:
    return STATUSES.index(row.status), -row.score, row.name
