"""What a run does, as a TOML file says it: how many people, who speaks, what they receive, do and suffer.

Every field is bounded, and every mistake is told with its place. docs/loadtest.md explains the fields;
`loadtest/scenarios/` has the ones that come with the project.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

PEOPLE_MAX = 100
"""Per room: the most that a room of the server can have."""
ROOMS_MAX = 1_000
TOTAL_MAX = 10_000
"""People of a run."""
SECONDS_MAX = 14_400.0
FILE_BYTES_MAX = 65_536
FAULTS_MAX = 200
NETWORKS_MAX = 10
SHIPPED = Path(__file__).with_name("scenarios")

Share = Annotated[float, Meta(ge=0, le=1)]
PerMinute = Annotated[float, Meta(ge=0, le=60)]
Seconds = Annotated[float, Meta(ge=0, le=SECONDS_MAX)]
Short = Annotated[float, Meta(gt=0, le=120)]
Milliseconds = Annotated[float, Meta(ge=0, le=5_000)]
Text = Annotated[str, Meta(max_length=400)]
Pixels = Annotated[int, Meta(ge=1, le=16_384)]


class ScenarioError(Exception):
    """There is no such scenario, or the file does not say one; the text says where and what is wrong."""


class Join(Struct, forbid_unknown_fields=True, frozen=True):
    ramp_s: Seconds = 2.0
    """Time over which people begin to join, all rooms at once, the trainers first."""
    addresses: Literal["own", "shared"] = "own"
    """`own`: everybody at home, each with an IP address of their own (on 127.0.0.0/8 only). `shared`: one school behind
    one address, which the server's limits per address count as one."""


class Speaking(Struct, forbid_unknown_fields=True, frozen=True):
    pattern: Literal["trainer", "turns", "voices", "nobody"] = "voices"
    """`trainer`: the trainer alone. `turns`: one after another, in a seeded order. `voices`: so many at once, always."""
    voices: Annotated[int, Meta(ge=0, le=PEOPLE_MAX)] = 4
    turn_s: Short = 10.0
    """Of `turns`: how long somebody speaks on average (half to one and a half times as long)."""
    open_microphones: bool = False
    """Who does not speak has the microphone on, in a quiet room; else it is off, and turned on for each turn."""


class Receiving(Struct, forbid_unknown_fields=True, frozen=True):
    """Shares of the people who are not trainers; the rest gets sound and pictures."""

    audio_only: Share = 0.0
    signaling_only: Share = 0.0
    """No WebRTC at all: for storms of sessions."""
    cameras: Share = 1.0
    """Who have a camera on, of those with pictures."""
    screen: tuple[Pixels, Pixels] = (1920, 1080)
    """Device pixels in which everybody shows the others, as a grid: it decides the layers that flow."""

    def __post_init__(self) -> None:
        if self.audio_only + self.signaling_only > 1 + 1e-9:
            raise ValueError("audio_only and signaling_only together are more than everybody")


class Breakouts(Struct, forbid_unknown_fields=True, frozen=True):
    every_s: Short = 5.0
    """The trainer opens pairs, rotates them, and closes them before the end, so long apart."""


class Activity(Struct, forbid_unknown_fields=True, frozen=True):
    """What each person does of their own accord, per minute on average (exponential gaps, from the seed)."""

    chat_per_min: PerMinute = 0.0
    hands_per_min: PerMinute = 0.0
    notes_per_min: PerMinute = 0.0
    """A few words written into the room's shared notes."""
    reactions_per_min: PerMinute = 0.0
    think_s: tuple[Seconds, Seconds] = (1.0, 4.0)
    """How long people take before they lower a hand or answer a message."""
    answers: Share = 0.0
    """Of chat messages that one person answers after thinking."""

    def __post_init__(self) -> None:
        if self.think_s[0] > self.think_s[1]:
            raise ValueError("think_s begins after its end")


class Network(Struct, forbid_unknown_fields=True, frozen=True):
    """What a share of the people suffer on their own sockets, in both directions."""

    name: Annotated[str, Meta(min_length=1, max_length=40)]
    share: Share
    loss: Share = 0.0
    burst: Annotated[float, Meta(ge=1, le=50)] = 1.0
    """Packets lost in a row, on average (Gilbert's model)."""
    delay_ms: Milliseconds = 0.0
    """One way."""
    jitter_ms: Milliseconds = 0.0
    """Up to so much more, packets staying in order."""


class Fault(Struct, forbid_unknown_fields=True, frozen=True):
    at_s: Seconds
    """After everybody has joined."""
    kind: Literal["cut", "leave", "stall"]
    """`cut`: the WebSocket is gone and nothing of the media passes, then the session is resumed. `leave`: leaves for good
    and joins anew. `stall`: reads nothing from the WebSocket for a while."""
    share: Share = 1.0
    lasts_s: Annotated[float, Meta(ge=0, le=60)] = 0.0
    spread_s: Annotated[float, Meta(ge=0, le=60)] = 0.0
    """People come back within so much time after `lasts_s`."""


class Scenario(Struct, forbid_unknown_fields=True, frozen=True):
    title: Text = "Custom"
    description: Text = ""
    seed: int = 1
    rooms: Annotated[int, Meta(ge=1, le=ROOMS_MAX)] = 1
    people: Annotated[int, Meta(ge=1, le=PEOPLE_MAX)] = 16
    """Per room, one trainer among them."""
    seconds: Annotated[float, Meta(ge=1, le=SECONDS_MAX)] = 20.0
    """How long to measure, once everybody has joined."""
    join: Join = Join()
    speaking: Speaking = Speaking()
    receiving: Receiving = Receiving()
    breakouts: Breakouts | None = None
    activity: Activity = Activity()
    networks: Annotated[tuple[Network, ...], Meta(max_length=NETWORKS_MAX)] = ()
    faults: Annotated[tuple[Fault, ...], Meta(max_length=FAULTS_MAX)] = ()
    losses: Literal["fail", "count"] = "fail"
    """Whether a socket that is lost without a fault of the scenario's fails the run; `count` for when nodes are killed
    meanwhile."""

    def __post_init__(self) -> None:
        if self.rooms * self.people > TOTAL_MAX:
            raise ValueError(f"more than {TOTAL_MAX} people")
        if sum(network.share for network in self.networks) > 1 + 1e-9:
            raise ValueError("the networks' shares together are more than everybody")
        for fault in self.faults:
            if fault.at_s >= self.seconds:
                raise ValueError(f"a fault at {fault.at_s:g} s comes after the end at {self.seconds:g} s")
        if self.join.ramp_s > SECONDS_MAX / 2:
            raise ValueError("the ramp is too long")

    @property
    def total(self) -> int:
        return self.rooms * self.people

    @property
    def needs_trainer(self) -> bool:
        return self.breakouts is not None

    @property
    def needs_media(self) -> bool:
        return self.receiving.signaling_only < 1


def shipped() -> list[str]:
    """Names of the scenarios that come with the project."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def load(name_or_path: str) -> Scenario:
    """A shipped scenario by its name, or a file by its path. Raises ScenarioError."""
    path = SHIPPED / f"{name_or_path}.toml" if name_or_path in shipped() else Path(name_or_path)
    try:
        with path.open("rb") as file:
            data = file.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        names = ", ".join(shipped())
        raise ScenarioError(f"{name_or_path}: {error.strerror}; shipped scenarios are {names}") from error
    if len(data) > FILE_BYTES_MAX:
        raise ScenarioError(f"{path}: larger than {FILE_BYTES_MAX} bytes")
    try:
        return parse(data.decode())
    except (ScenarioError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path}: {error}") from error


def parse(text: str) -> Scenario:
    """Raises ScenarioError."""
    try:
        return msgspec.convert(tomllib.loads(text), Scenario)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"not TOML: {error}") from error
    except RecursionError:
        raise ScenarioError("not TOML: nested too deeply") from None
    except msgspec.ValidationError as error:
        raise ScenarioError(str(error)) from error


def changed(scenario: Scenario, **fields: object) -> Scenario:
    """The same with other values of its own fields, checked again; None: as it is. Raises ScenarioError.

    Faults that would come after a shorter end are brought forward in proportion.
    """
    given = {key: value for key, value in fields.items() if value is not None}
    seconds = given.get("seconds")
    if isinstance(seconds, float | int) and scenario.faults and seconds < scenario.seconds:
        factor = seconds / scenario.seconds
        given["faults"] = tuple(
            msgspec.structs.replace(fault, at_s=fault.at_s * factor) for fault in scenario.faults
        )
    data = msgspec.to_builtins(scenario) | msgspec.to_builtins(given)
    try:
        return msgspec.convert(data, Scenario)
    except msgspec.ValidationError as error:
        raise ScenarioError(str(error)) from error
