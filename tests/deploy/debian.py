"""A Debian 12 of its own in a folder, by debootstrap: what tests install things into."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

MIRROR: Final = "http://deb.debian.org/debian"
AUTHORITIES: Final = "/etc/ssl/certs/ca-certificates.crt"
FETCHING: Final = {
    "/etc/pip.conf": f"[global]\ncert = {AUTHORITIES}\n",
    "/root/.npmrc": f"cafile={AUTHORITIES}\n",
}
"""Files with which pip and npm trust what this machine trusts, which may sit behind a proxy of its own."""


def debian(folder: Path, *packages: str) -> Path:
    """`folder` with the smallest Debian that has `packages`; made once, in a few minutes."""
    if not folder.exists():
        unfinished = folder.with_name(f"{folder.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        options = ["--variant=minbase", f"--include={','.join(packages)}"]
        command = ["debootstrap", *options, "bookworm", str(unfinished), MIRROR]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        for package in (unfinished / "var/cache/apt/archives").glob("*.deb"):
            package.unlink()
        unfinished.rename(folder)
    return folder
