"""Captions on their way from who writes to who reads, and the latest lines for whoever comes later.

Lines live in memory, bounded, and end with the room's stay there: nobody asked for a transcript of what people said.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Final

from classroom.hosts import RoomHost
from rooms import captions as rules
from rooms import events
from rooms.text import clean_instruction
from signaling import codec
from signaling.captions import Caption, CaptionHistory, CaptionLine, WriteCaption
from signaling.messages import Done
from signaling.session import Session

LINES_KEPT: Final = 200
"""The latest lines of one place."""
PLACES_KEPT: Final = 64
"""Places of one room with lines: the oldest group's go first."""
MOVES_PEOPLE: Final = (
    events.BreakoutsOpened,
    events.BreakoutsClosed,
    events.ParticipantMoved,
)

_LineId = tuple[str, int]


class CaptionBoard:
    """The lines of one room. Pure."""

    def __init__(self) -> None:
        self._places: OrderedDict[str | None, OrderedDict[_LineId, CaptionLine]] = OrderedDict()

    def write(self, place: str | None, line: CaptionLine) -> None:
        """Takes a line as it stands now; one without text is gone."""
        lines = self._places.setdefault(place, OrderedDict())
        key = (line.participant_id, line.line)
        if line.text:
            lines[key] = line
        else:
            lines.pop(key, None)
        while len(lines) > LINES_KEPT:
            lines.popitem(last=False)
        while len(self._places) > PLACES_KEPT:
            oldest = next(iter(self._places))
            if oldest is None:
                self._places.move_to_end(None)
                continue
            del self._places[oldest]

    def begun_at_ms(self, place: str | None, who: str, number: int) -> int | None:
        lines = self._places.get(place)
        line = None if lines is None else lines.get((who, number))
        return None if line is None else line.at_ms

    def lines(self, place: str | None) -> tuple[CaptionLine, ...]:
        """Oldest first."""
        lines = self._places.get(place)
        return () if lines is None else tuple(lines.values())


class CaptionDesk:
    """One per process."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._boards: dict[str, CaptionBoard] = {}

    def write(self, host: RoomHost, session: Session, ref: int, request: WriteCaption) -> None:
        """Raises `Refused`."""
        who = session.seat.participant_id
        rules.check_write(host.state, who, request.kind)
        seat = host.state.seat_or_refuse(who)
        board = self._boards.setdefault(host.room_id, CaptionBoard())
        begun_at_ms = board.begun_at_ms(seat.breakout, who, request.line)
        line = CaptionLine(
            participant_id=who,
            name=seat.name,
            line=request.line,
            text=" ".join(clean_instruction(request.text).split()),
            kind=request.kind,
            at_ms=self._now_ms() if begun_at_ms is None else begun_at_ms,
            done=request.done,
        )
        readers = rules.audience(host.state, who)
        for place in {one.breakout for one in host.state.participants if one.id in readers}:
            board.write(place, line)
        # A line that still waits for a slow reader is replaced by what it has become.
        key, frame = f"captions.line/{who}/{request.line}", codec.encode_push(Caption(line=line))
        for reader in readers:
            if reader in host.sessions:
                host.sessions[reader].push(key, frame)
        if ref:
            session.reply(ref, Done(seq=0))

    def welcome(self, host: RoomHost, who: str) -> None:
        """A session was opened or resumed, or the person is in another place."""
        seat, session = host.state.seat(who), host.sessions.get(who)
        if seat is None or session is None:
            return
        board = self._boards.get(host.room_id)
        lines = () if board is None else board.lines(seat.breakout)
        push = CaptionHistory(lines=lines)
        session.push(codec.tag_of(CaptionHistory), codec.encode_push(push))

    def room_changed(self, host: RoomHost, happened: Iterable[events.AnyEvent]) -> None:
        moved: set[str] = set()
        for event in happened:
            if isinstance(event, events.ParticipantMoved):
                moved.add(event.participant_id)
            elif isinstance(event, MOVES_PEOPLE):
                moved.update(host.sessions)
        if host.room_id in self._boards:
            for who in moved:
                self.welcome(host, who)

    def forget_room(self, room_id: str) -> None:
        """The room leaves the memory."""
        self._boards.pop(room_id, None)
