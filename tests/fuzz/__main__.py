"""Coverage-guided fuzzing of one target, or of all one after the other: `python -m tests.fuzz [TARGET …] [--seconds N]`.

atheris (libFuzzer for Python) instruments what the targets import. A crash is written to cases/<target>/ and reported; mend
the parser, keep the case.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import click

ROOT = Path(__file__).parent
NAMES = (
    "stun",
    "tcp",
    "rtp",
    "vp8",
    "red",
    "rtcp",
    "feedback",
    "relay",
    "sdp",
    "frame",
    "server-frame",
    "image",
    "note",
    "token",
)


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(NAMES))
@click.option("--seconds", default=60, show_default=True, help="How long each target is tried.")
@click.option("--child", is_flag=True, hidden=True)
def main(names: tuple[str, ...], seconds: int, child: bool) -> None:
    """Tries targets with inputs that reach ever more of their code."""
    if child:
        _fuzz(names[0], seconds)
        return
    crashed = [name for name in names or NAMES if _run(name, seconds)]
    click.echo(f"crashed: {', '.join(crashed)}" if crashed else "no crashes")
    sys.exit(bool(crashed))


def _run(name: str, seconds: int) -> bool:
    """In a process of its own: libFuzzer ends the process when it is done. Whether it crashed."""
    click.echo(f"{name}: {seconds} s")
    command = [sys.executable, "-m", "tests.fuzz", name, "--seconds", str(seconds), "--child"]
    done = subprocess.run(command, cwd=ROOT.parent.parent, capture_output=True, text=True, check=False)
    lines = done.stderr.splitlines()
    click.echo("\n".join(lines[-20:] if done.returncode else lines[-1:]))
    return done.returncode != 0


def _fuzz(name: str, seconds: int) -> None:
    import atheris

    with atheris.instrument_imports(include=["classroom", "signaling", "rooms", "aioice", "msgspec", "jwt"]):
        from tests.fuzz.targets import TARGETS

    target, seeds = TARGETS[name]
    cases = ROOT / "cases" / name
    cases.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(seeds):
            (Path(corpus) / str(number)).write_bytes(seed)
        arguments = [
            sys.argv[0],
            f"-max_total_time={seconds}",
            "-max_len=4096",
            f"-artifact_prefix={cases}/",
            corpus,
        ]
        atheris.Setup(arguments, target)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
