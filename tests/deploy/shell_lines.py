"""The shell commands that a page shows: in its blocks, and in its running text."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROGRAMS: Final = frozenset(
    (
        *("classroom", "make", "python", "pip", "promtool", "curl", "jq", "openssl", "ssh", "export", "sudo"),
        *("docker", "docker-compose", "podman", "buildah", "helm", "kubectl", "redis-cli", "redis-server"),
        *("systemctl", "systemd-analyze", "journalctl", "install", "sudoedit", "sysctl", "certbot", "cp"),
        *("df", "dmesg", "grep", "iotop", "sar"),
    )
)
ASSIGNMENT: Final = re.compile(r"([A-Z][A-Z_]*)=(.*)", re.DOTALL)
SUBSTITUTED: Final = re.compile(r"\$\([^)]*\)")
FENCE: Final = re.compile(r"\s*```\w*\s*")
INDENTED: Final = re.compile(r" {4,}\S")


@dataclass(frozen=True)
class Command:
    """One program with its words; what $(…) would put there is left as `$`.

    `whole`: it stands on a line of its own, ready to be copied. In running text it may be an abbreviation.
    `variables`: what stands before it, NAME=value.
    """

    page: str
    line: int
    whole: bool
    words: tuple[str, ...]
    variables: tuple[tuple[str, str], ...] = ()

    @property
    def program(self) -> str:
        return Path(self.words[0]).name

    @property
    def arguments(self) -> tuple[str, ...]:
        return self.words[1:]

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: {shlex.join(self.words)}"


def commands(page: Path) -> list[Command]:
    """Of indented blocks, and of what stands between backquotes in the text; in the page's order."""
    return [
        command
        for line, text, whole in _shell(page.read_text(encoding="utf-8"))
        for command in _commands(page.name, line, text, whole)
    ]


def _shell(text: str) -> Iterator[tuple[int, str, bool]]:
    """Line number, text, and whether it is a line of a block."""
    fenced = False
    joined, began = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if FENCE.fullmatch(line):
            fenced = not fenced
        elif fenced:
            continue
        elif joined or INDENTED.match(line):
            began = began if joined else number
            joined += line.strip().removesuffix("\\")
            if not line.endswith("\\"):
                yield began, joined, True
                joined = ""
        else:
            for quoted in re.findall(r"`([^`]+)`", line):
                yield number, quoted, False


def _commands(page: str, line: int, text: str, whole: bool) -> Iterator[Command]:
    first = (text.split() or [""])[0]
    known = Path(first).name in PROGRAMS and not first.endswith("/")
    if not known and not (whole and ASSIGNMENT.match(text)):
        return
    lexer = shlex.shlex(SUBSTITUTED.sub("$", text), posix=True, punctuation_chars="|&;")
    lexer.whitespace_split = True
    part: list[str] = []
    for word in [*lexer, ";"]:
        if not word or word.strip("|&;"):
            part.append(word)
            continue
        variables: list[tuple[str, str]] = []
        while part and (part[0] in ("sudo", "export") or ASSIGNMENT.fullmatch(part[0])):
            if assigned := ASSIGNMENT.fullmatch(part.pop(0)):
                variables.append((assigned[1], assigned[2]))
        if part or variables:
            yield Command(page, line, whole, tuple(part) or ("export",), tuple(variables))
        part = []
