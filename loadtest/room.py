"""One room under load: fills it, directs turns and pairs, lets faults happen, and looks who is left over."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Coroutine
from typing import Any

from loadtest.activity import Actor
from loadtest.links import Links
from loadtest.media import Media
from loadtest.moves import MoveKind
from loadtest.network import NetworkPath
from loadtest.pacer import Pacer
from loadtest.participant import Participant
from loadtest.plan import PersonPlan, RoomPlan, Strike
from loadtest.recorder import Recorder
from loadtest.scenario import Scenario
from loadtest.session import SessionError

_SPOKE_S = 1.5
"""Whoever has spoken for so long must have been heard."""


class Room:
    """`drain_every_s`: how often each socket is read."""

    def __init__(
        self,
        plan: RoomPlan,
        links: Links,
        scenario: Scenario,
        media: Media,
        pacer: Pacer,
        recorder: Recorder,
        drain_every_s: float,
    ) -> None:
        self.index = plan.index
        self._plan = plan
        self._scenario = scenario
        self._pacer = pacer
        self._people_plans = plan.people
        self.struck: list[Strike] = []
        self.ghosts = 0
        """People who left, and are still told of."""
        directory: dict[int, str] = {}

        def make(person: PersonPlan) -> Participant:
            seed = f"{scenario.seed}/network/{person.number}"
            cut = any(strike.number == person.number and strike.kind == "cut" for strike in plan.strikes)
            trainer = person.trainer and links.trainer is not None
            return Participant(
                number=person.number,
                name=person.name,
                role="trainer" if trainer else "participant",
                link=links.trainer if trainer and links.trainer else links.participant,
                directory=directory,
                media=media,
                pacer=pacer,
                voice=person.voice,
                microphone_on=person.microphone,
                screen=scenario.receiving.screen,
                receives=person.receives,
                camera_on=person.camera,
                network=NetworkPath(person.network, seed) if person.network or cut else None,
                address=person.address,
                recorder=recorder,
                drain_every_s=drain_every_s,
            )

        self.participants = [make(person) for person in plan.people]
        self.spoke = {each.number for each in self.participants if each.microphone_on}
        """Whose microphone was on, long enough to be heard."""

    async def fill(self, began: float) -> None:
        """Everybody joins at their time; the trainer first."""

        async def join(participant: Participant, plan: PersonPlan) -> None:
            await asyncio.sleep(max(0.0, began + plan.joins_at_s - self._pacer.now()))
            await participant.join()

        await asyncio.gather(*map(join, self.participants, self._people_plans))

    async def live(self, until: float) -> None:
        """Everything that happens in the measured time."""
        seed, activity = self._scenario.seed, self._scenario.activity
        working: list[Coroutine[Any, Any, None]] = [
            Actor(each, activity, f"{seed}/act/{each.number}").act()
            for each in self.participants
            if each.connected
        ]
        if self._scenario.speaking.pattern == "turns":
            working.append(self._take_turns())
        tasks = [asyncio.create_task(work) for work in working]
        ending: list[Coroutine[Any, Any, None]] = [self._suffer(self._pacer.now())]
        if self._scenario.breakouts is not None:
            # Four moves at least, however short the run.
            every_s = min(self._scenario.breakouts.every_s, self._scenario.seconds / 4)
            ending.append(self._rotate_pairs(until, every_s))
        try:
            await asyncio.gather(*ending)
            await asyncio.sleep(max(0.0, until - self._pacer.now()))
        finally:
            for task in tasks:
                task.cancel()
            for outcome in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(outcome, Exception):
                    self.participants[0].note_error(f"the load test failed: {outcome!r}")

    async def _take_turns(self) -> None:
        """One after another, in a seeded order; who is away is passed over."""
        draw = random.Random(f"{self._scenario.seed}/turns/{self.index}")
        people = [each for each in self.participants if each.receives != "nothing"]
        turn_s = self._scenario.speaking.turn_s
        while people:
            speaker = draw.choice(people)
            lasts_s = draw.uniform(0.5, 1.5) * turn_s
            if not speaker.present:
                await asyncio.sleep(0.2)
                continue
            try:
                await speaker.speak(True)
                await asyncio.sleep(min(lasts_s, _SPOKE_S))
                self.spoke.add(speaker.number)
                await asyncio.sleep(max(0.0, lasts_s - _SPOKE_S))
                await speaker.speak(False)
            except SessionError as error:
                if error.final:
                    speaker.note_error(f"taking a turn: {error}")
                await asyncio.sleep(0.2)

    async def _suffer(self, began: float) -> None:
        by_number = {each.number: each for each in self.participants}

        async def strike_one(strike: Strike) -> None:
            await asyncio.sleep(max(0.0, began + strike.at_s - self._pacer.now()))
            participant = by_number[strike.number]
            if not participant.present:
                return  # is away already
            self.struck.append(strike)
            if strike.kind == "cut":
                participant.cut(strike.lasts_s)
            elif strike.kind == "stall":
                await participant.stall(strike.lasts_s)
            else:
                await participant.start_over(strike.lasts_s)

        await asyncio.gather(*map(strike_one, self._plan.strikes))

    async def _rotate_pairs(self, until: float, every: float) -> None:
        """Opens pairs, rotates them, and closes, `every` seconds apart.

        The trainer fills in for an odd person.
        """
        await asyncio.sleep(every)
        opened = await self._move("open", "breakouts.open", {"plan": {"mode": "pairs", "odd": "trainer"}})
        while opened and self._pacer.now() + 2 * every < until:
            await asyncio.sleep(every)
            opened = await self._move("rotate", "breakouts.rotate", {})
        await asyncio.sleep(every)
        if opened:
            await self._move("close", "breakouts.close", {})

    async def _move(self, kind: MoveKind, command: str, payload: dict[str, object]) -> bool:
        trainer = self.participants[0]
        now_ns = time.time_ns()
        for participant in self.participants:
            participant.begin_move(kind, now_ns)
        try:
            await trainer.session.request(command, payload)
        except SessionError as error:
            trainer.note_error(f"{command} failed: {error}")
            return False
        return True

    def end_moves(self) -> None:
        for participant in self.participants:
            participant.end_move()

    def stop_sending(self) -> None:
        for participant in self.participants:
            participant.stop_sending()

    async def empty(self) -> None:
        """Everybody leaves; the last one looks who is still there."""
        here = [participant for participant in self.participants if participant.present]
        last = here[0] if here else None
        await asyncio.gather(*(each.leave() for each in self.participants if each is not last))
        if last is None:
            return
        ours = {seat for each in self.participants for seat in each.former_seats} - {last.places.you}
        try:
            snapshot = (await last.session.request("snapshot.get", {}))["snapshot"]
            self.ghosts = sum(person["id"] in ours for person in snapshot["participants"])
        except SessionError as error:
            last.note_error(f"snapshot.get failed: {error}")
        await last.leave()
