"""Installs the service as docs/deploy.md says, on a Debian under a systemd of its own: `make test-systemd`. Needs root.

The page's lines are executed as they stand there, on a Debian 12 in namespaces (processes, network, mounts, cgroups) with
systemd as its first process. Then: rooms, doctor, backup and restore by the page, sound and pictures of synthetic people
through the hardened service, and a process that stands still, which the watchdog replaces.
"""

from __future__ import annotations

import shlex
import shutil
import socket
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Final

from tests.deploy.containerfile import ROOT
from tests.deploy.debian import AUTHORITIES, FETCHING, debian

PAGE: Final = ROOT / "docs" / "deploy.md"
DEBIAN: Final = ROOT / ".make" / "machine"
PACKAGES: Final = (
    "ca-certificates",
    "python3",
    "python3-venv",
    "systemd",
    "systemd-sysv",
    "dbus",
    "sudo",
    "procps",
)
WORK: Final = Path("/mnt")
"""Empty by convention (FHS); a file system of memory is mounted here, seen by this process and its children only."""
CLONE: Final = "/root/momentum-classroom"
SETTINGS: Final = (
    "HOST=127.0.0.1\nPORT=8080\nMEDIA_PORT=8443\nMEDIA_TCP_PORT=8443\nMEDIA_ADDRESSES=127.0.0.1\n"
)
STAND_STILL_S: Final = 45
"""Longer than WatchdogSec."""

UNIT: Final = """
[Unit]
After=multi-user.target
[Service]
Type=oneshot
WorkingDirectory=/root
Environment=HOME=/root
StandardOutput=file:/said
StandardError=inherit
ExecStart=/bin/bash /steps
ExecStopPost=systemctl exit 0
"""

DEMO: Final = "[Service]\nExecStart=\nExecStart=/opt/momentum-classroom/bin/classroom serve --demo\n"
"""For the load test, and nothing else."""

IN_NAMESPACES: Final = """
mount --make-rprivate /
mount --bind $1 $1; mount -t proc proc $1/proc; mount -t sysfs sys $1/sys; mount -t cgroup2 cgroup $1/sys/fs/cgroup
mount --rbind /dev $1/dev; mount -t tmpfs run $1/run; mount -t tmpfs tmp $1/tmp
ip link set lo up
cd $1; pivot_root . mnt; umount --lazy mnt
exec env -i container=lxc PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --show-status=no
"""


def main() -> int:
    if "--inside" not in sys.argv:
        subprocess.run(["make", "wheel"], cwd=ROOT, check=True)  # the page's first line
        command = ["unshare", "--mount", sys.executable, "-m", "tests.deploy.machine", "--inside"]
        return subprocess.run(command, cwd=ROOT).returncode
    lines = blocks(PAGE.read_text(encoding="utf-8"))
    install, (backup, check), (stop, restore, start) = lines["Installed"], lines["Backup"], lines["Restore"]
    root = prepare()
    installed = [
        line for line in install if "systemctl" not in line and not line.startswith(("make", "sudoedit"))
    ]
    before = [line for line in installed if "doctor" not in line]
    chroot = ["chroot", str(root), "/bin/bash", "-euxc", "\n".join([f"cd {CLONE}", *before])]
    subprocess.run(chroot, check=True)
    (root / "etc/momentum-classroom/environment").write_text(SETTINGS)  # sudoedit
    begin = [line for line in install if "systemctl" in line]
    (root / "steps").write_text(steps(begin, backup, check, stop, restore, start))
    unit = root / "etc/systemd/system/steps.service"
    unit.write_text(UNIT)
    (unit.parent / "multi-user.target.wants").mkdir(exist_ok=True)
    (unit.parent / "multi-user.target.wants" / unit.name).symlink_to(unit)
    namespaces = ["--mount", "--pid", "--fork", "--kill-child", "--cgroup", "--net", "--uts", "--ipc"]
    subprocess.run(["unshare", *namespaces, "sh", "-ec", IN_NAMESPACES, "sh", str(root)])
    said = (root / "said").read_text()
    print(said)
    return 0 if said.endswith("all done\n") else 1


def blocks(page: str) -> dict[str, list[str]]:
    """The page's shell lines: of the section on systemd, of Backup and of Restore."""
    found = {}
    for name, heading in (
        ("Installed", "## One machine: systemd"),
        ("Backup", "## Backup"),
        ("Restore", "### Restore"),
    ):
        after = page.partition(f"{heading}\n")[2]
        block = after[after.index("\n    ") :].partition("\n\n")[0]
        found[name] = textwrap.dedent(block).split("\n")[1:] if block.startswith("\n    ") else []
    return found


def steps(begin: list[str], backup: str, check: str, stop: str, restore: str, start: str) -> str:
    """What is typed on the machine, in bash."""
    room = "sudo classroom room list | grep 'Web, group 3'"
    restore = restore.replace("2026-11-22", "$(date +%F)")
    load = "/opt/momentum-classroom/bin/python -m loadtest --url http://localhost:8080 --participants 4 --seconds 5"
    demo = "/etc/systemd/system/momentum-classroom.service.d/demo.conf"
    return "\n".join(
        (
            "set -euxo pipefail",
            *begin,
            "systemctl is-active momentum-classroom",
            "sudo classroom doctor || [ $? = 1 ]",
            'sudo classroom room create "Web, group 3"',
            *(backup, check),
            f"! {restore}  # while the server runs",
            *(stop, f"! {restore.replace(' --force', '')}  # over data", restore, start, room),
            "journalctl --unit momentum-classroom --since today | grep 'server started'",
            "sudo systemctl restart momentum-classroom",
            room,
            f"mkdir -p {Path(demo).parent}; printf {shlex.quote(DEMO)} > {demo}",
            "systemctl daemon-reload; systemctl restart momentum-classroom",
            load,
            "kill -STOP $(systemctl show --property MainPID --value momentum-classroom)",
            f"sleep {STAND_STILL_S}",
            "systemctl show momentum-classroom --property NRestarts | grep NRestarts=1",
            "journalctl --unit momentum-classroom | grep --ignore-case watchdog",
            "systemctl is-active momentum-classroom",
            "echo all done",
            "",
        )
    )


def prepare() -> Path:
    """The Debian, with what a clone has after `make wheel`, over files of memory."""
    system = debian(DEBIAN, *PACKAGES)
    mount("-t", "tmpfs", "-o", "size=3g", "machine", str(WORK))
    root = WORK / "root"
    for part in ("upper", "work", "root"):
        (WORK / part).mkdir()
    layers = f"lowerdir={system},upperdir={WORK / 'upper'},workdir={WORK / 'work'}"
    mount("-t", "overlay", "-o", layers, "machine", str(root))
    clone = root / CLONE.lstrip("/")
    for folder in ("deploy", "dist"):
        shutil.copytree(ROOT / folder, clone / folder)
    for file in ("constraints.txt",):
        shutil.copy(ROOT / file, clone)
    shutil.copy("/etc/resolv.conf", root / "etc")
    (root / "etc/hosts").write_text(f"127.0.0.1 localhost {socket.gethostname()}\n")
    shutil.copy(AUTHORITIES, root / AUTHORITIES.lstrip("/"))
    for path, text in FETCHING.items():
        (root / path.lstrip("/")).write_text(text)
    return root


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


if __name__ == "__main__":
    sys.exit(main())
