"""Reads a Containerfile into its stages: enough of the format for the tests here (docs.docker.com/reference/dockerfile)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTAINERFILE = ROOT / "deploy" / "container" / "Containerfile"


@dataclass
class Instruction:
    """`word`: in capitals. `flags`: those that begin with -- and stand before the rest."""

    word: str
    rest: str
    flags: dict[str, str]

    @property
    def exec_form(self) -> list[str] | None:
        """The command as it is executed without a shell; None if it is written for one."""
        text = self.rest.removeprefix("CMD").strip() if self.word == "HEALTHCHECK" else self.rest
        return json.loads(text) if text.startswith("[") else None

    @property
    def pairs(self) -> dict[str, str]:
        """KEY=value of ENV and LABEL."""
        found = re.findall(r'(\S+?)=("[^"]*"|\S+)', self.rest)
        return {key: value.strip('"') for key, value in found}


@dataclass
class Stage:
    base: str
    name: str
    instructions: list[Instruction] = field(default_factory=list)

    def all(self, word: str) -> list[Instruction]:
        return [instruction for instruction in self.instructions if instruction.word == word]


def stages(path: Path = CONTAINERFILE) -> list[Stage]:
    lines = [line for line in path.read_text().splitlines() if not line.lstrip().startswith("#")]
    found: list[Stage] = []
    for line in re.sub(r"\\\n", " ", "\n".join(lines)).splitlines():
        if not line.strip():
            continue
        word, _, rest = line.strip().partition(" ")
        flags = {}
        while match := re.match(r"--([a-z-]+)=(\S+)\s+", rest.lstrip()):
            flags[match[1]], rest = match[2], rest.lstrip()[match.end() :]
        if word.upper() == "FROM":
            base, _, name = rest.strip().partition(" AS ")
            found.append(Stage(base, name))
        else:
            found[-1].instructions.append(Instruction(word.upper(), " ".join(rest.split()), flags))
    return found
