"""What `make build` made of the client: small enough for a phone on a poor network, compressed, installable."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

from classroom.app import STATIC

INITIAL_SCRIPT_BYTES = 150_000
"""Compressed, before the room opens; the rest comes by dynamic import."""


def initial_scripts() -> set[Path]:
    """What the page names, and whatever those modules import at once."""
    page = (STATIC / "index.html").read_text()
    waiting = [STATIC / name for name in re.findall(r'(?:src|href)="/(assets/[^"]+\.js)"', page)]
    found: set[Path] = set()
    while waiting:
        script = waiting.pop()
        if script in found:
            continue
        found.add(script)
        imported = re.findall(r'(?:\bfrom|\bimport)\s*[`"]\./([^`"]+\.js)[`"]', script.read_text())
        waiting += [script.parent / name for name in imported]
    return found


def served(script: Path) -> Path:
    """The smallest scripts are served as they are."""
    compressed = script.with_name(script.name + ".gz")
    return compressed if compressed.exists() else script


def test_the_initial_script_is_small() -> None:
    scripts = initial_scripts()
    assert scripts, "index.html names no script"
    sizes = {script.name: served(script).stat().st_size for script in scripts}
    assert sum(sizes.values()) <= INITIAL_SCRIPT_BYTES, sizes


def test_compressed_forms_are_of_the_same_bytes() -> None:
    forms = sorted(STATIC.rglob("*.gz"))
    assert forms
    for form in forms:
        plain = form.with_suffix("")
        assert gzip.decompress(form.read_bytes()) == plain.read_bytes()
        assert plain.with_name(plain.name + ".br").stat().st_size < form.stat().st_size


def test_everything_the_manifest_names_is_there() -> None:
    manifest = json.loads((STATIC / "manifest.webmanifest").read_text())
    sizes = {icon["sizes"] for icon in manifest["icons"]}
    assert {"192x192", "512x512"} <= sizes
    for icon in manifest["icons"]:
        assert (STATIC / icon["src"].lstrip("/")).is_file()
    assert "/manifest.webmanifest" in (STATIC / "index.html").read_text()
