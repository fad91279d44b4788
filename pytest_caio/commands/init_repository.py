"""``caio init``: what a repository needs to have the gate before each cycle and after each deploy.

Source: ``docs/setup.md, A repository of yours``.
"""

import argparse
import difflib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

NAME = "init"
HELP = "write workflows, policy, tox section and .gitignore lines into a repository of yours"
FINE, LEFT = 0, 1
_SOURCE = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}")
_TOX = "[testenv:{staging,production}]"


@dataclass(frozen=True)
class Change:
    """One file: what it holds now (None: it isn't there), and what it would."""

    name: str
    before: str | None
    after: str
    appended: bool = False

    @property
    def overwrites(self) -> bool:
        """Whether something of its owner's would be lost."""
        return self.before is not None and not self.appended


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = "Exit code: 0 done or nothing to do, 1 something was left as it is, 4 usage."
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), metavar="DIR",
                        help="the repository (default: here)")  # fmt: skip
    parser.add_argument("--source", required=True, type=_source, metavar="OWNER/REPOSITORY@COMMIT",
                        help="where on GitHub pytest-caio is, and the whole commit to take: a tag "
                        "can be moved, and what runs there reads your tokens")  # fmt: skip
    parser.add_argument("--replay-command", default="", metavar="COMMAND",
                        help="the command that answers a replay case")  # fmt: skip
    parser.add_argument("--yes", action="store_true", help="write without being asked")
    parser.add_argument("--force", action="store_true", help="replace files with other content too")


def _source(text: str) -> str:
    if not _SOURCE.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not OWNER/REPOSITORY@ and 40 hex digits")
    return text


def run(arguments: argparse.Namespace) -> int:
    """Show what would change, write it once that is wanted, and say what is left to do."""
    folder: Path = arguments.folder
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder")
    changes = [c for c in _changes(folder, arguments) if c.before != c.after]
    if not changes:
        _say("Nothing to change: all of it is there.")
        return FINE
    for change in changes:
        _say(_diff(change))
    kept = [c for c in changes if c.overwrites and not arguments.force]
    to_write = [c for c in changes if c not in kept]
    for change in kept:
        _say(f"{change.name} has other content and is left as it is (--force replaces it).")
    if to_write and not (arguments.yes or _agreed()):
        _say("Nothing is written.")
        return LEFT
    for change in to_write:
        path = folder / change.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(change.after, encoding="utf-8")
        _say(f"{change.name} is written.")
    _say(_NEXT)
    return LEFT if kept else FINE


_NEXT = """
What is left for you, on GitHub under Settings:
  Secrets and variables, Actions, Secrets: CAIO_PROD_URL, CAIO_PROD_TOKEN, CAIO_STAGING_URL,
    CAIO_STAGING_TOKEN; CAIO_SLACK_WEBHOOK_URL for messages; CAIO_GHL_TOKEN and
    CAIO_GHL_LOCATION_ID for what was really sent.
  Environments: production-live, with the go/no-go owner as its required reviewer.
  Variables: CAIO_DISPATCH_COMMAND, the live dispatch as a line for bash; without it there is none.
Try it: caio run --caio-env=rehearsal"""


def _changes(folder: Path, arguments: argparse.Namespace) -> Iterator[Change]:
    repository, commit = arguments.source.split("@")
    for name in ("caio-preflight.yml", "caio-deploy.yml"):
        text = _template(name).replace("SOURCE_REPOSITORY", repository)
        yield _whole(folder, f".github/workflows/{name}", text.replace("SOURCE_COMMIT", commit))
    yield _whole(folder, "gates/policy.yaml", _policy(arguments.replay_command))
    yield _tox(folder)
    before = _read(folder / ".gitignore")
    there = (before or "").splitlines()
    lines = [line for line in _template("gitignore").splitlines() if line not in there]
    yield _appended(".gitignore", before, "".join(f"{line}\n" for line in lines))


def _policy(command: str) -> str:
    text = "# What is left out keeps the packaged values; `caio check` finds mistakes.\n"
    if not command:
        return text + "# replay: {runner: {kind: command, command: python run_case.py}}\n"
    return f"{text}replay:\n  runner:\n    kind: command\n    command: {json.dumps(command)}\n"


def _tox(folder: Path) -> Change:
    before = _read(folder / "tox.ini")
    if before and _TOX in before:
        return Change("tox.ini", before, before)
    return _appended("tox.ini", before, ("\n" if before else "") + _template("tox.ini"))


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


def _diff(change: Change) -> str:
    before, after = (change.before or "").splitlines(), change.after.splitlines()
    return "\n".join(difflib.unified_diff(before, after, change.name, change.name, lineterm=""))


def _agreed() -> bool:
    """Ask on a terminal; elsewhere nobody has said yes."""
    if not sys.stdin.isatty():
        _say("Add --yes to have it written.")
        return False
    return input("Write this? [y/N] ").strip().lower() in {"y", "yes"}


def _say(text: str) -> None:
    print(text)  # noqa: T201
