"""All sessions of one process: found by id, at most one per seat, forgotten when nobody resumes them."""

from __future__ import annotations

from collections.abc import Iterator

from signaling.errors import ErrorCode, ProtocolError
from signaling.limits import SessionLimits
from signaling.messages import Resume
from signaling.session import Seat, Session, State
from signaling.tally import Tally


class Sessions:
    """A bounded collection. Times are `now`, monotonic seconds."""

    def __init__(self, limits: SessionLimits, tally: Tally | None = None) -> None:
        self._limits = limits
        self.tally = Tally() if tally is None else tally
        self._by_id: dict[str, Session] = {}
        self._by_seat: dict[Seat, Session] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Session]:
        return iter(tuple(self._by_id.values()))

    def of_seat(self, seat: Seat) -> Session | None:
        return self._by_seat.get(seat)

    def find(self, resume: Resume | None, seat: Seat, now: float) -> Session | None:
        """The session that a hello with `resume` on `seat` may take up; None: open a fresh one. `seat` is the
        one that the invitation names: a secret is worth nothing with somebody else's link, nor after a
        removal."""
        if resume is None:
            return None
        session = self._by_id.get(resume.session_id)
        if session is None or session.seat != seat or not session.proves(resume.secret):
            return None
        if session.state not in (State.JOINED, State.DETACHED) or self._expired(session, now):
            return None
        return session

    def proven(self, session_id: str, secret: str, now: float) -> Session | None:
        """The session that somebody shows to be theirs, beside its socket."""
        session = self._by_id.get(session_id)
        if session is None or not session.proves(secret) or self._expired(session, now):
            return None
        return session if session.state in (State.JOINED, State.DETACHED) else None

    def open(self, seat: Seat, session_id: str, secret: str, epoch: str, opened_at: float) -> Session:
        """A NEW session on `seat`, for a socket that was accepted at `opened_at`; one that is there already is
        closed with REPLACED. `session_id` and `secret` come from the caller's random generator (128 bits or more
        each).

        Raises `ProtocolError`: SERVER_FULL; REPLACED if the session that is there came by a newer socket. A hello
        can be stuck in the network while its client gives that socket up and joins on another: obeyed late, it
        would throw the client out, and for good.
        """
        replaced = self._by_seat.get(seat)
        if replaced is not None and opened_at < replaced.opened_at:
            raise ProtocolError(ErrorCode.REPLACED, "a newer socket carries the seat's session")
        if replaced is not None:
            self.close(replaced, ErrorCode.REPLACED, "the seat was opened elsewhere")
        if len(self._by_id) >= self._limits.sessions:
            raise ProtocolError(ErrorCode.SERVER_FULL, "too many sessions")
        session = Session(seat, session_id, secret, epoch, opened_at, self._limits, self.tally)
        self._by_id[session_id] = session
        self._by_seat[seat] = session
        return session

    def close(self, session: Session, code: ErrorCode, detail: str = "") -> None:
        """Ends a session for good and forgets it."""
        session.close(code, detail)
        self.let_go(session)

    def let_go(self, session: Session) -> None:
        """Forgets a session that goes on without being found any more: whoever keeps it closes it."""
        if self._by_id.get(session.id) is session:
            del self._by_id[session.id]
        if self._by_seat.get(session.seat) is session:
            del self._by_seat[session.seat]

    def expire(self, now: float) -> list[Session]:
        """Closes and returns the sessions that nobody resumed in time. To be called about once a second."""
        over = [session for session in self._by_id.values() if self._expired(session, now)]
        for session in over:
            self.close(session, ErrorCode.HEARTBEAT_MISSED)
        return over

    def _expired(self, session: Session, now: float) -> bool:
        return session.detached_at is not None and now - session.detached_at > self._limits.resume_window_s
