"""``caio init``: what a repository needs to have the gate before each cycle and after each deploy.

Source: ``docs/setup.md, A repository of yours``. What is asked is in :mod:`.init_answers`, what is
written in :mod:`.init_files`.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from pytest_caio.commands.init_answers import Answers, add_questions, answers
from pytest_caio.commands.init_files import Change, changes, schemas, tox_elsewhere
from pytest_caio.settings.environments import variable

NAME = "init"
HELP = "write workflows, policy, tox section and .gitignore lines into a repository of yours"
FINE, LEFT = 0, 1


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = (
        "What no option says is asked on a terminal, else assumed. "
        "Exit code: 0 done or nothing to do, 1 something was left as it is, 4 usage."
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), metavar="DIR",
                        help="the repository (default: here)")  # fmt: skip
    add_questions(parser)
    parser.add_argument("--schemas", action="store_true",
                        help="write nothing but what editors complete gate files by")  # fmt: skip
    parser.add_argument("--yes", action="store_true",
                        help="ask nothing: assume what no option says, and write")  # fmt: skip
    parser.add_argument("--force", action="store_true", help="replace files with other content too")


def run(arguments: argparse.Namespace) -> int:
    """Ask what can't be seen, show what would change, write it once that is wanted, and say what
    is left to do.
    """
    folder: Path = arguments.folder
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder")
    # A terminal of a CI has nobody in front of it.
    ask = sys.stdin.isatty() and not arguments.yes and not os.environ.get("CI")
    known = None
    try:
        if not arguments.schemas:
            known = answers(arguments, ask=ask, say=_say)
        wanted = list(changes(folder, known) if known else schemas(folder))
        to_write, kept = _seen_through(wanted, force=arguments.force)
        agreed = not to_write or arguments.yes or _agreed(ask=ask)
    except (EOFError, KeyboardInterrupt):
        _say("\nNothing is written.")
        return LEFT
    if not agreed:
        _say("Nothing is written.")
        return LEFT
    for change in to_write:
        change.write(folder)
        _say(f"{change.name} is written.")
    if known and (to_write or kept):
        _say(_left_to_do(known, tox_elsewhere(folder)))
    return LEFT if kept else FINE


def _seen_through(
    wanted: Sequence[Change], *, force: bool
) -> tuple[Sequence[Change], Sequence[Change]]:
    """Show each difference; return what is to be written, and what is left as it is."""
    differing = [change for change in wanted if change.before != change.after]
    if not differing:
        _say("Nothing to change: all of it is there.")
    for change in differing:
        _say(change.shown)
    kept = [change for change in differing if change.overwrites and not force]
    for change in kept:
        _say(f"{change.name} has other content and is left as it is (--force replaces it).")
    return [change for change in differing if change not in kept], kept


def _left_to_do(known: Answers, tox: str) -> str:
    """Return what nobody but the repository's people can do, and what to try."""
    addresses = [variable(name, what) for name in known.environments for what in ("URL", "TOKEN")]
    lines = [
        "",
        "What is left for you, on GitHub under Settings:",
        "  Secrets and variables, Actions, Secrets:",
        *(f"    {name}" for name in addresses),
        "    CAIO_SLACK_WEBHOOK_URL for messages",
    ]
    if known.live:
        lines += [
            "    CAIO_GHL_TOKEN and CAIO_GHL_LOCATION_ID for what was really sent",
            f"  Environments: production-live, with {known.owner} as its required reviewer.",
            "    GitHub makes one without, where nothing but the guard holds the live step.",
        ]
        if not known.dispatch_command:
            lines += [
                "  Variables: CAIO_DISPATCH_COMMAND, the live dispatch as a line for bash;",
                "    without it there is none.",
            ]
    else:
        lines += ["No pre-flight and no live step: prod is not among --envs."]
    if tox:
        name = known.environments[0]
        lines += [
            f"tox is set up in {tox}, and a tox.ini would be read in its place: none is written.",
            f"  Let an environment of yours run: caio run --caio-env={name} --caio-report=report",
        ]
    return "\n".join([*lines, "Try it: caio run --caio-env=rehearsal"])


def _agreed(*, ask: bool) -> bool:
    """Ask on a terminal; elsewhere nobody has said yes."""
    if not ask:
        _say("Add --yes to have it written.")
        return False
    return input("Write this? [y/N] ").strip().lower() in {"y", "yes"}


def _say(text: str) -> None:
    print(text)  # noqa: T201
