"""Carries out the Containerfile where there is no container engine: `make test-container`. Needs root, and Linux's overlayfs.

Each stage is an overlay over this machine's own root in place of its base image, so that its RUN lines are executed as they
are written, with this machine's Node and Python. The last one is then made read-only but for its volume and /tmp, and its entry
point started as its user, without any privilege; its health check must say so, and SIGTERM must end it in order. What this
cannot show: that the base images have what this machine has.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from tests.deploy.containerfile import ROOT, Instruction, Stage, stages
from tests.support.ports import free_port

WORK: Final = Path("/mnt")
"""Empty by convention (FHS); a file system of memory is mounted here, seen by this process and its children only."""
CHROOT: Final = shutil.which("chroot", path="/usr/sbin:/usr/bin") or "chroot"
START_S: Final = 60.0


def main() -> int:
    if "--inside" not in sys.argv:
        command = ["unshare", "--mount", sys.executable, "-m", "tests.deploy.stages", "--inside"]
        return subprocess.run(command, cwd=ROOT).returncode
    mount("-t", "tmpfs", "-o", "size=3g", "stages", str(WORK))
    context = WORK / "context"
    copy_context(context)
    roots: dict[str, Path] = {}
    for number, stage in enumerate(stages()):
        name = stage.name or f"stage{number}"
        print(f"== {name}: FROM {stage.base}", flush=True)
        root = roots[name] = overlay(name)
        build(stage, root, context, roots)
    serve(stage, root)
    return 0


def copy_context(to: Path) -> None:
    """What .dockerignore lets through of the files that git knows."""
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    let_in = {rule[1:] for rule in rules if rule[0] == "!"}
    kept_out = tuple(f"{rule}/" for rule in rules if rule[0] not in "!*")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in listed.stdout.splitlines():
        if name.split("/")[0] in let_in and not name.startswith(kept_out):
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)


def overlay(name: str) -> Path:
    root = WORK / name / "root"
    for part in ("upper", "work", "root"):
        (WORK / name / part).mkdir(parents=True)
    options = f"lowerdir=/,upperdir={WORK / name / 'upper'},workdir={WORK / name / 'work'}"
    mount("-t", "overlay", "-o", options, name, str(root))
    for shared in ("proc", "dev", "sys"):
        mount("--rbind", f"/{shared}", str(root / shared))
    for folder in Path(sys.base_prefix).parents:  # the base image's Python belongs to nobody's home
        within(root, str(folder)).chmod(0o755)
    if not shutil.which("python", path=f"{root}/usr/local/bin:{root}/usr/bin"):
        (root / "usr/local/bin/python").symlink_to(shutil.which("python3") or "python3")
    return root


def build(stage: Stage, root: Path, context: Path, roots: dict[str, Path]) -> None:
    environment, folder = dict(os.environ), "/"
    for step in stage.instructions:
        print(f"   {step.word} {step.rest[:110]}", flush=True)
        if step.word == "ENV":
            environment |= step.pairs
        elif step.word == "WORKDIR":
            folder = step.rest
            within(root, folder).mkdir(parents=True, exist_ok=True)
        elif step.word == "COPY":
            copy(step, root, folder, roots[step.flags["from"]] if "from" in step.flags else context)
        elif step.word == "RUN":
            inside = [CHROOT, str(root), "/bin/sh", "-ec", f"cd {shlex.quote(folder)}; {step.rest}"]
            subprocess.run(inside, env=environment, check=True)


def copy(step: Instruction, root: Path, folder: str, origin: Path) -> None:
    *sources, target = step.rest.split()
    for source in sources:
        found, to = within(origin, source), within(root, str(Path(folder) / target))
        if found.is_dir():
            shutil.copytree(found, to, symlinks=True, dirs_exist_ok=True)
        else:
            shutil.copy2(found, to / found.name if target.endswith("/") else to)
        if owner := step.flags.get("chown"):
            subprocess.run(["chown", "-R", owner, str(to)], check=True)
            shutil.copymode(found, to)


def serve(stage: Stage, root: Path) -> None:
    """Starts what the image starts, and watches it."""
    port = free_port()
    environment = {key: value for step in stage.all("ENV") for key, value in step.pairs.items()}
    environment |= {"HOST": "127.0.0.1", "PORT": str(port), "MEDIA_PORT": "0", "MEDIA_TCP_PORT": "0"}
    environment["PATH"] = environment["PATH"].replace("$PATH", "/usr/local/bin:/usr/bin:/bin")
    mount("-t", "tmpfs", "tmp", str(root / "tmp"))
    (volume,) = stage.all("VOLUME")[0].exec_form or []
    mount("--bind", str(within(root, volume)), str(within(root, volume)))
    mount("-o", "remount,bind,ro", str(root))
    uid, gid = stage.all("USER")[0].rest.split(":")
    as_user = [CHROOT, str(root), "setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups"]
    as_user += ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "env", f"--chdir={volume}"]
    command = (stage.all("ENTRYPOINT")[0].exec_form or []) + (stage.all("CMD")[0].exec_form or [])
    health = stage.all("HEALTHCHECK")[0].exec_form or []
    refused = subprocess.run([*as_user, "touch", "/opt/x"], env=environment, capture_output=True)
    assert refused.returncode != 0, "the root file system is read-only"
    server = subprocess.Popen([*as_user, *command], env=environment)
    try:
        deadline = time.monotonic() + START_S
        while subprocess.run([*as_user, *health], env=environment).returncode != 0:
            assert server.poll() is None, f"the server ended: {server.returncode}"
            assert time.monotonic() < deadline, "the server is never healthy"
            time.sleep(0.2)
        owner = within(root, f"{volume}/keys.json").stat().st_uid
        assert owner == int(uid), "the server writes its data as its user"
    finally:
        server.terminate()
    assert server.wait(30) == 0, "SIGTERM ends it in order"
    assert subprocess.run([*as_user, *health], env=environment).returncode == 1
    installed = within(root, environment["PATH"].split(":")[0]).parent
    size = subprocess.run(["du", "-sm", str(installed)], capture_output=True, text=True, check=True)
    print(
        f"healthy as {uid}:{gid} on a read-only root; beside its base the image holds {size.stdout.split()[0]} MB"
    )


def within(root: Path, path: str) -> Path:
    return root / path.removeprefix("./").lstrip("/")


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


if __name__ == "__main__":
    sys.exit(main())
