"""An asyncio loop on virtual time, and processes in it that can be killed and frozen.

The loop never waits: when nothing is ready, time jumps to the next timer. Whatever was scheduled from within a process's
context belongs to that process (contexts are inherited by tasks, timers and callbacks), so killing one means that nothing
of it ever runs again, in the middle of whatever it was doing, as with SIGKILL.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from typing import Any


class Process:
    """Something that can be killed (nothing of it runs any more) and frozen (everything of it runs later)."""

    def __init__(self, name: str, clock_rate: float = 1.0, clock_offset_s: float = 0.0) -> None:
        self.name = name
        self.clock_rate = clock_rate
        """How fast its monotonic clock runs."""
        self.clock_offset_s = clock_offset_s
        """How far its wall clock is from the truth."""
        self.alive = True
        self._frozen = False
        self._held: list[tuple[_Call, contextvars.Context]] = []
        self.tasks: set[asyncio.Task[Any]] = set()
        """Kept, so that those of a killed process are never collected, and clean nothing up, while others go on."""

    def spawn(self, loop: VirtualLoop, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        context = contextvars.copy_context()
        context.run(PROCESS.set, self)
        return loop.create_task(work, context=context)

    def kill(self) -> None:
        self.alive = False
        self._held.clear()

    def freeze(self) -> None:
        self._frozen = True

    def thaw(self, loop: VirtualLoop) -> None:
        self._frozen = False
        held, self._held = self._held, []
        for call, context in held:
            loop.call_soon(call.again, context=context)

    def ask(self, question: Callable[[], bool]) -> bool:
        """The answer by this process's clocks."""
        context = contextvars.copy_context()
        context.run(PROCESS.set, self)
        return context.run(question)

    def run(self, call: _Call) -> None:
        if self._frozen:
            self._held.append((call, contextvars.copy_context()))
        elif self.alive:
            call.callback(*call.arguments)


class _Call:
    """A callback of a process, which may be cancelled while its process is frozen."""

    __slots__ = ("arguments", "callback", "handle")

    def __init__(self, callback: Callable[..., object], arguments: tuple[Any, ...]) -> None:
        self.callback = callback
        self.arguments = arguments
        self.handle: asyncio.Handle | None = None

    def again(self) -> None:
        if self.handle is None or not self.handle.cancelled():
            self.callback(*self.arguments)


PROCESS: contextvars.ContextVar[Process | None] = contextvars.ContextVar("process", default=None)


MOST_TURNS = 2_000_000


class Stuck(RuntimeError):
    """Nothing will ever happen again, and somebody still waits; or it turns for ever."""


class VirtualLoop(asyncio.BaseEventLoop):
    """Starts at time 0. `read_s`: how long work for another thread takes; it is done in this one."""

    def __init__(self, read_s: Callable[[], float] = lambda: 0.001) -> None:
        super().__init__()
        self.now = 0.0
        self._turns = 0
        self._read_s = read_s
        self._selector = self
        self._clock_resolution = 1e-9
        self.unhandled: list[str] = []
        self.set_exception_handler(self._note)
        self.set_task_factory(_keep)

    def time(self) -> float:
        return self.now

    def select(self, timeout: float | None) -> list[Any]:
        """As the selector of the loop: jumps where others wait."""
        self._turns += 1
        if timeout is None or self._turns > MOST_TURNS:
            raise Stuck(f"after {self._turns} turns, at {self.now:.3f}")
        self.now += max(0.0, timeout)
        return []

    def _process_events(self, events: list[Any]) -> None:
        return None

    def _write_to_self(self) -> None:
        return None

    def call_soon(
        self, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.Handle:
        context = contextvars.copy_context() if context is None else context
        process = context.get(PROCESS)
        if process is None:
            return super().call_soon(callback, *args, context=context)
        call = _Call(callback, args)
        call.handle = super().call_soon(process.run, call, context=context)
        return call.handle

    def call_at(
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: contextvars.Context | None = None,
    ) -> asyncio.TimerHandle:
        context = contextvars.copy_context() if context is None else context
        process = context.get(PROCESS)
        if process is None:
            return super().call_at(when, callback, *args, context=context)
        call = _Call(callback, args)
        handle = super().call_at(when, process.run, call, context=context)
        call.handle = handle
        return handle

    call_soon_threadsafe = call_soon

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        done: asyncio.Future[Any] = self.create_future()

        def work() -> None:
            if done.cancelled():
                return
            try:
                done.set_result(func(*args))
            except Exception as problem:
                done.set_exception(problem)

        self.call_later(self._read_s(), work)
        return done

    def _note(self, _: asyncio.AbstractEventLoop, what: dict[str, Any]) -> None:
        message = what.get("message", "")
        if "was destroyed but it is pending" not in message:
            self.unhandled.append(f"{message}: {what.get('exception')!r}")


def _keep(loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> asyncio.Task[Any]:
    task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **options)
    context = options.get("context")
    process = PROCESS.get() if context is None else context.get(PROCESS)
    if process is not None:
        process.tasks.add(task)
        task.add_done_callback(process.tasks.discard)
    return task
