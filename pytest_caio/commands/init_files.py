"""The files that ``caio init`` writes, made of templates and answers; nothing is written here.

Source: ``docs/setup.md, A repository of yours``.
"""

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from pytest_caio.commands.init_answers import STANDARD_OWNER, Answers
from pytest_caio.gates.files import packaged_folder
from pytest_caio.settings.environments import STANDARD, variable
from pytest_caio.settings.webhook_secrets import WHAT

SCHEMAS = ("gate.schema.json", "policy.schema.json")
_SECTION = re.compile(r"^\[testenv:(?P<names>[^\]]+)\]", re.MULTILINE)
_COMMAND = "${{ vars.CAIO_DISPATCH_COMMAND }}"
_IF_THERE_IS_ONE = " && vars.CAIO_DISPATCH_COMMAND != ''"
_NONE_WITHOUT = "    # Without the variable nothing is dispatched from here.\n"


@dataclass(frozen=True)
class Change:
    """One file: what it holds now (None: it isn't there), and what it would."""

    name: str
    before: str | None
    after: str
    appended: bool = False
    copied: bool = False

    @property
    def overwrites(self) -> bool:
        """Whether something of its owner's would be lost."""
        return self.before is not None and not self.appended

    @property
    def shown(self) -> str:
        """The difference, line by line; of a new copy of something packaged how long it is."""
        after = self.after.splitlines()
        if self.copied and self.before is None:
            return f"+++ {self.name}: {len(after)} lines, as the package has them"
        before = (self.before or "").splitlines()
        return "\n".join(difflib.unified_diff(before, after, self.name, self.name, lineterm=""))

    def write(self, folder: Path) -> None:
        """Write it; what only gets more keeps its own bytes."""
        path = folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = self.after[len(self.before or "") :] if self.appended else self.after
        with path.open("a" if self.appended else "w", encoding="utf-8") as file:
            file.write(text)


def changes(folder: Path, answers: Answers) -> Iterator[Change]:
    """Yield every file of a repository, as it is and as it should be."""
    if answers.live:
        yield _whole(folder, ".github/workflows/caio-preflight.yml", _preflight(answers))
    yield _whole(folder, ".github/workflows/caio-deploy.yml", _deploy(answers))
    yield _whole(folder, "gates/policy.yaml", _policy(answers))
    yield from schemas(folder)
    if not tox_elsewhere(folder):
        yield _tox(folder, answers.environments)
    before = _read(folder / ".gitignore")
    there = (before or "").splitlines()
    lines = [line for line in _template("gitignore").splitlines() if line not in there]
    yield _appended(".gitignore", before, "".join(f"{line}\n" for line in lines))


def schemas(folder: Path) -> Iterator[Change]:
    """Yield what editors complete gate files and the policy by: copies, so that they do offline."""
    for name in SCHEMAS:
        text = (packaged_folder() / name).read_text(encoding="utf-8")
        yield Change(f"gates/{name}", _read(folder / "gates" / name), text, copied=True)


def tox_elsewhere(folder: Path) -> str:
    """Return the file that tox is set up in, where a tox.ini would be read in its place."""
    if (folder / "tox.ini").exists():
        return ""
    signs = {"setup.cfg": "[tox:tox]", "pyproject.toml": "[tool.tox", "tox.toml": ""}
    texts = {name: _read(folder / name) for name in signs}
    return next((n for n, text in texts.items() if text is not None and signs[n] in text), "")


def _preflight(answers: Answers) -> str:
    text = _of_source("caio-preflight.yml", answers)
    if command := answers.dispatch_command:
        text = text.replace(_NONE_WITHOUT, "").replace(_IF_THERE_IS_ONE, "")
        text = text.replace(_COMMAND, _quoted(command))
    return text.replace("OWNER_NAME", answers.owner)


def _deploy(answers: Answers) -> str:
    deployed = " ||\n      ".join(
        f"contains(github.event.deployment.environment, '{_part_of(name)}')"
        for name in answers.environments
    )
    text = _of_source("caio-deploy.yml", answers).replace("DEPLOYED", deployed)
    lines = [line for name in answers.environments for line in _variables(name)]
    text = text.replace("VARIABLES", "\n          ".join(lines))
    return text.replace("ENVIRONMENTS", ",".join(answers.environments))


def _part_of(environment: str) -> str:
    """Return what stands in the names that hosts give the environment."""
    return "prod" if environment == "production" else environment


def _variables(environment: str) -> Iterator[str]:
    for what in ("URL", "TOKEN", WHAT):
        name = variable(environment, what)
        yield f"{name}: ${{{{ secrets.{name} }}}}"
    if environment not in STANDARD:
        name = variable(environment, "KIND")
        yield f"{name}: ${{{{ vars.{name} }}}} # empty: it calls itself {environment}"


def _of_source(template: str, answers: Answers) -> str:
    repository, commit = answers.source.split("@")
    text = _template(template).replace("SOURCE_REPOSITORY", repository)
    return text.replace("SOURCE_COMMIT", commit)


def _policy(answers: Answers) -> str:
    text = (
        "# yaml-language-server: $schema=policy.schema.json\n"
        "# What is left out keeps the packaged values; `caio check` finds mistakes.\n"
    )
    if answers.owner != STANDARD_OWNER:
        text += f"review:\n  owner: {_quoted(answers.owner)}\n"
    if not answers.replay_command:
        return text + "# replay: {runner: {kind: command, command: python run_case.py}}\n"
    command = _quoted(answers.replay_command)
    return f"{text}replay:\n  runner:\n    kind: command\n    command: {command}\n"


def _quoted(text: str) -> str:
    """Return a line of text as YAML has it in double quotes, which is as JSON has it."""
    return json.dumps(text, ensure_ascii=False)


def _tox(folder: Path, environments: Iterable[str]) -> Change:
    before = _read(folder / "tox.ini")
    sections = _SECTION.finditer(before or "")
    there = {name for found in sections for name in re.split(r"[{},\s]+", found["names"])}
    missing = [name for name in environments if name not in there]
    if not missing:
        return Change("tox.ini", before, before or "")
    named = missing[0] if len(missing) == 1 else f"{{{','.join(missing)}}}"
    section = _template("tox.ini").replace("ENVIRONMENTS", named)
    return _appended("tox.ini", before, ("\n" if before else "") + section)


def _whole(folder: Path, name: str, text: str) -> Change:
    return Change(name, _read(folder / name), text)


def _appended(name: str, before: str | None, more: str) -> Change:
    old = before or ""
    end = "\n" if more and old and not old.endswith("\n") else ""
    return Change(name, before, old + end + more, appended=True)


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _template(name: str) -> str:
    return (files("pytest_caio.commands") / "starter" / name).read_text(encoding="utf-8")
