"""What the pages tell people to type exists; what a server and its data are enough for is typed here, in the page's order."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner

from classroom.api.routes import OPERATIONS
from classroom.cli import main as classroom
from classroom.config import FIELDS, FROM_FILES, load
from loadtest.cli import main as loadtest
from tests.deploy import metrics_page
from tests.deploy.containerfile import ROOT
from tests.deploy.shell_lines import Command, commands
from tests.reliability.__main__ import ALL as FAULTS
from tests.reliability.figures.__main__ import command_line as figures_command_line
from tests.support.certificate import write_certificate
from tests.support.server import ClassroomServer, running

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMANDS = [command for page in PAGES for command in commands(page)]
OPERATORS = [ROOT / "README.md", *(ROOT / "docs" / f"{name}.md" for name in ("operations", "deploy", "api"))]
TARGETS = frozenset(re.findall(r"^([a-z-]+):(?!=)", (ROOT / "Makefile").read_text(), re.MULTILINE))
SERVICES = frozenset(yaml.safe_load((ROOT / "deploy" / "compose" / "compose.yaml").read_text())["services"])
UNITS = frozenset({"momentum-classroom", "coturn"})
OTHERS = frozenset({"CLASSROOM_URL", "CLASSROOM_API_KEY", "LOADTEST_SECRET", "OTEL_EXPORTER_OTLP_ENDPOINT"})
"""Variables that are not the server's."""
FILES = {".txt": "Ana\nBruno\n", ".csv": "Blue,student-17\n", ".gz": ""}
"""What is in files that commands read, by suffix."""
VARIABLES = {field.variable for field in FIELDS} | {f"{name}_FILE" for name in FROM_FILES} | OTHERS


def parse(group: click.Group, words: list[str], whole: bool) -> click.Context:
    """Takes `words` apart as the program would. Raises UsageError; what is missing is forgiven in running text."""
    context: click.Context | None = None
    command: click.Command = group
    while True:
        try:
            context = command.make_context(command.name, list(words), parent=context)
        except click.MissingParameter:
            if whole:
                raise
            return context or click.Context(command)
        rest = [*vars(context).get("_protected_args", []), *context.args]  # Click 9 keeps them in args
        if not rest:
            assert not (whole and isinstance(command, click.Group) and not command.invoke_without_command), (
                words
            )
            return context
        assert isinstance(command, click.Group)
        _, found, words = command.resolve_command(context, rest)
        assert found is not None
        command = found


def with_files(words: Iterable[str], folder: Path) -> list[str]:
    """`words`, with the files that commands read in place of those that pages name."""
    return [str(folder / Path(word).name) if Path(word).suffix in FILES else word for word in words]


def write_files(folder: Path, *suffixes: str) -> None:
    """The files with these suffixes that pages speak of."""
    for word in (word for command in COMMANDS for word in command.arguments):
        if (suffix := Path(word).suffix) in suffixes:
            (folder / Path(word).name).write_text(FILES[suffix])


def check_module(command: Command) -> None:
    option, *words = command.arguments
    if option != "-m" or words[0] in ("pip", "venv"):
        return
    module, *rest = words
    assert importlib.util.find_spec(module) is not None
    if module == "loadtest":
        parse(loadtest, with_files(rest, Path()), command.whole)
    elif module == "tests.reliability":
        assert set(rest) <= set(FAULTS)
    elif module == "tests.reliability.figures":
        try:
            figures_command_line().parse_args(rest)
        except SystemExit as refused:
            raise AssertionError(f"{command.whole} is not understood") from refused


def check_make(command: Command) -> None:
    assert set(command.arguments) <= TARGETS


def check_classroom(command: Command) -> None:
    if command.words[0] == "classroom" and command.arguments:
        parse(classroom, with_files(command.arguments, Path()), command.whole)


def check_docker(command: Command) -> None:
    words = list(command.arguments)
    if not words or words.pop(0) != "compose":
        return
    while words and words[0] == "--file":
        assert (ROOT / "deploy" / "compose" / words[1]).is_file()
        words = words[2:]
    verb, *rest = words
    rest = [word for word in rest if not word.startswith("-")]
    if verb == "exec":
        service, *inside = rest
        assert service in SERVICES
        check_classroom(Command(command.page, command.line, command.whole, tuple(inside)))
    elif verb == "cp":
        assert rest[0].partition(":")[0] in SERVICES
    elif verb in ("restart", "kill"):
        assert rest[-1] in SERVICES
    else:
        assert verb in ("up", "config")


def check_unit(command: Command) -> None:
    named = [word for word in command.arguments if not word.startswith("-") and word not in ("today", "cat")]
    verbs = {"start", "stop", "restart", "enable", "disable", "status", "daemon-reload"}
    assert set(named) <= UNITS | verbs


def check_files(command: Command) -> None:
    for word in command.arguments:
        if word.startswith(("deploy/", "constraints")):
            assert (ROOT / word).exists(), word


CHECKS: dict[str, Callable[[Command], None]] = {
    "classroom": check_classroom,
    "docker": check_docker,
    "journalctl": check_unit,
    "make": check_make,
    "python": check_module,
    "systemctl": check_unit,
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClassroomServer]:
    with running(tmp_path_factory.mktemp("demo"), "--demo") as server:
        yield server


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_is_to_be_typed_exists(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_files(tmp_path, *FILES)
    for command in (command for command in COMMANDS if command.page == page.name):
        try:
            check_files(command)
            CHECKS.get(command.program, check_files)(command)
            assert {name for name, _ in command.variables} <= VARIABLES
        except (AssertionError, click.ClickException) as problem:
            pytest.fail(f"{command}: {problem!r}")


@pytest.mark.parametrize(
    "command", [c for c in COMMANDS if c.variables and c.program == "classroom"], ids=str
)
def test_the_server_takes_the_settings_that_a_page_gives_it(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    certificate = write_certificate(tmp_path)
    for name in ("chain.pem", "key.pem"):
        (tmp_path / name).write_bytes(certificate.read_bytes())
    load({name: value.replace("$", "what-openssl-prints") for name, value in command.variables})


@pytest.mark.parametrize("page", OPERATORS, ids=lambda page: page.stem)
def test_classroom_commands_run_as_written(page: Path, demo: ClassroomServer, tmp_path: Path) -> None:
    """In the page's order. `serve` is what runs meanwhile; restoring wants it stopped (tests/integration/test_backup.py)."""
    environment = dict.fromkeys(VARIABLES, "") | demo.environment | {"PUBLIC_URL": demo.url}
    environment["PORT"] = demo.url.rpartition(":")[2]
    write_files(tmp_path, ".txt", ".csv")  # a backup is made by the page itself

    def run(*words: str) -> str:
        done = CliRunner().invoke(classroom, words, env=environment)
        assert done.exit_code in ((0, 1) if words[0] == "doctor" else (0,)), (words, done.output)
        return done.stdout

    room = run("room", "create", "Web, group 3").strip()
    run("invite", room, "--group")
    (invitation,) = json.loads(run("invitations", "list", room, "--json"))
    meant = {"ROOM": room, "INVITATION": invitation["id"]}

    def given(command: Command, word: str) -> str:
        if word == "ID":  # the newest of what the page has made before
            return str(json.loads(run(command.arguments[0], "list", "--json"))[-1]["id"])
        return with_files([meant.get(word, word)], tmp_path)[0]

    ran = 0
    for command in commands(page):
        typed = command.whole and command.words[0] == "classroom"
        if typed and not {"serve", "--force"} & set(command.arguments):
            run(*(given(command, word) for word in command.arguments))
            ran += 1
    assert ran >= 3, "the page's commands were found"


def test_addresses_that_pages_name_are_answered(demo: ClassroomServer) -> None:
    named = {
        (method, path)
        for page in (*OPERATORS, ROOT / "docs" / "metrics.md", ROOT / "docs" / "loadtest.md")
        for method, path in re.findall(
            r"`(GET|POST) (/(?:api/demo|healthz|readyz|metrics|cluster)[^`\s]*)`", page.read_text()
        )
    }
    assert len(named) >= 5
    for method, path in named:
        request = urllib.request.Request(demo.url + path, method=method)
        with urllib.request.urlopen(request) as answer:
            assert answer.status in (200, 201), path


def test_the_api_has_what_its_page_names() -> None:
    page = (ROOT / "docs" / "api.md").read_text()
    has = {(operation.method, re.sub(r"{\w+}", "ID", operation.path)) for operation in OPERATIONS}
    named = re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/[a-z][^`?\s]*)", page)
    assert named
    for method, path in named:
        assert (method, re.sub(r"INVITATION|SEAT", "ID", path)) in has, f"{method} {path}"


def test_metrics_that_pages_name_are_told() -> None:
    told = set(re.findall(r"^\| `(\w+)`", metrics_page.PAGE.read_text(), re.MULTILINE))
    for page in PAGES:
        for name in re.findall(r"`(classroom_\w+)[`{]", page.read_text()):
            assert name in told, f"{page.name}: {name}"


def test_variables_that_pages_name_are_read() -> None:
    """Those that begin as one of ours does."""
    ours = {name.partition("_")[0] for name in VARIABLES - OTHERS if "_" in name}
    for page in (*OPERATORS, ROOT / "docs" / "doctor.md", ROOT / "docs" / "loadtest.md"):
        for name in re.findall(r"`([A-Z]+_[A-Z_]+)[`=]", page.read_text()):
            assert name in VARIABLES or name.partition("_")[0] not in ours, f"{page.name}: {name}"


def test_one_visit_is_found_in_the_log(demo: ClassroomServer) -> None:
    (program,) = [c.arguments[-1] for c in COMMANDS if c.page == "operations.md" and c.program == "jq"]
    visit = {"event": "session opened", "session": "QzacJSPu"}
    log = f"{demo.log}{json.dumps(visit)}\n"
    assert "Serving:" in log
    done = subprocess.run(["jq", "-cR", program], input=log, capture_output=True, text=True, check=True)
    assert [json.loads(line) for line in done.stdout.splitlines()] == [visit]
