"""The image's recipe keeps its promises, as far as reading it shows: small, pinned, not root, no shell to start it.

`make test-image` builds it and runs what was built.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import PurePosixPath

from classroom.config import FIELDS, load
from tests.deploy.containerfile import ROOT, stages

STAGES = stages()
FINAL = STAGES[-1]


def test_bases_are_pinned_and_the_last_one_is_slim() -> None:
    for stage in STAGES:
        _, _, tag = stage.base.partition(":")
        assert re.match(r"\d+(\.\d+)*-", tag), f"{stage.base} names no version"
    assert FINAL.base.startswith("python:3.11-slim")
    assert FINAL.base == next(stage for stage in STAGES if stage.name == "install").base, (
        "what was compiled for one Python runs in the same one"
    )


def test_what_runs_is_not_root_and_needs_no_shell() -> None:
    (user,) = FINAL.all("USER")
    uid, _, gid = user.rest.partition(":")
    assert int(uid) > 0
    assert int(gid) > 0, "by number: Kubernetes can check it (runAsNonRoot)"
    after_user = FINAL.instructions[FINAL.instructions.index(user) :]
    assert {instruction.word for instruction in after_user}.isdisjoint({"COPY", "RUN", "ADD"})
    for word in ("ENTRYPOINT", "CMD", "HEALTHCHECK"):
        (command,) = FINAL.all(word)
        assert command.exec_form, f"{word} is in exec form: signals reach the server itself"
    assert FINAL.all("STOPSIGNAL")[0].rest == "SIGTERM"
    assert not FINAL.all("RUN"), "nothing is installed or left behind in the image that ships"


def test_what_is_copied_exists_and_is_in_the_context() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert rules[0] == "*"
    let_in = {rule[1:] for rule in rules if rule[0] == "!"}
    for stage in STAGES:
        assert not stage.all("ADD"), "COPY: nothing is fetched or unpacked on the way"
        for copy in stage.all("COPY"):
            *sources, _ = copy.rest.split()
            if "from" in copy.flags:
                assert copy.flags["from"] in {earlier.name for earlier in STAGES}
                continue
            for source in sources:
                assert (ROOT / source).exists(), source
                assert PurePosixPath(source).parts[0] in let_in, f"{source} is kept out by .dockerignore"
    for kept_out in ("data", "client/node_modules", "classroom/static", ".git", "tests"):
        assert kept_out in rules or PurePosixPath(kept_out).parts[0] not in let_in


def test_what_is_installed_is_pinned() -> None:
    commands = [run.rest for stage in STAGES for run in stage.all("RUN")]
    for command in commands:
        assert "curl" not in command
        assert "apt-get" not in command
        if "pip install" in command:
            assert "PIP_CONSTRAINT=/build/constraints.txt" in command
        if "npm" in command and "run" not in command:
            assert "npm ci" in command
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]["find"]
    copied = {source for copy in STAGES[1].all("COPY") for source in copy.rest.split()[:-1]}
    assert {name.rstrip("*") for name in packages["include"]} <= copied, "every package is in the image"


def test_its_environment_is_one_that_the_server_takes() -> None:
    environment = {key: value for env in FINAL.all("ENV") for key, value in env.pairs.items()}
    config = load(environment)
    assert (config.host, config.port) == ("0.0.0.0", 8080)
    exposed = set(FINAL.all("EXPOSE")[0].rest.split())
    assert exposed == {f"{config.port}/tcp", f"{config.media_port}/udp", f"{config.media_tcp_port}/tcp"}
    assert environment["PYTHONDONTWRITEBYTECODE"] == "1", "the file system may be read-only"
    assert config.data_dir.as_posix() in FINAL.all("VOLUME")[0].rest
    assert {field.variable for field in FIELDS} >= {
        "HOST",
        "PORT",
        "MEDIA_PORT",
        "MEDIA_TCP_PORT",
        "DATA_DIR",
    }


def test_labels_name_the_version_of_the_sources() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    labels = {key: value for label in FINAL.all("LABEL") for key, value in label.pairs.items()}
    assert labels["org.opencontainers.image.version"] == version
    assert labels["org.opencontainers.image.base.name"].endswith(FINAL.base)


def test_the_client_needs_the_node_that_the_image_has() -> None:
    assert shutil.which("node"), "make test installs it"
    major = int(re.match(r"node:(\d+)", STAGES[0].base)[1])  # type: ignore[index]
    wanted = re.search(r'"node": ">=(\d+)', (ROOT / "client" / "package.json").read_text())
    assert wanted is not None
    assert major >= int(wanted[1])
