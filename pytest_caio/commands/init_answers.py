"""What ``caio init`` can't see: said by options, asked on a terminal, else assumed aloud.

Source: ``docs/setup.md, A repository of yours``.
"""

import argparse
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pytest_caio.base.messages import in_words, plain
from pytest_caio.gates.policy import ReviewPolicy
from pytest_caio.settings import environments as env

PRODUCTION = "production"
STANDARD_OWNER = ReviewPolicy().owner
_SOURCE = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}")
_LONGEST_OWNER = 60


@dataclass(frozen=True)
class Answers:
    """Where pytest-caio is taken from, what is looked at, who approves, and what is run.

    A command that is empty is none.
    """

    source: str
    environments: tuple[str, ...]
    owner: str
    dispatch_command: str
    replay_command: str

    @property
    def live(self) -> bool:
        """Whether there is a deployment that a live cycle is dispatched from."""
        return PRODUCTION in self.environments


@dataclass(frozen=True)
class Question:
    """One thing to know: its option, how it is asked, and what is assumed where nobody says.

    ``read`` makes a value of a text, or raises ArgumentTypeError with what is allowed.
    """

    option: str
    metavar: str
    asks: str
    help: str
    read: Callable[[str], Any]
    assumed: str | None
    otherwise: str = ""

    @property
    def name(self) -> str:
        """What argparse calls it."""
        return self.option.strip("-").replace("-", "_")


def add_questions(parser: argparse.ArgumentParser) -> None:
    """Add an option for each question."""
    for each in QUESTIONS:
        parser.add_argument(each.option, type=each.read, metavar=each.metavar, help=each.help)


def answers(arguments: argparse.Namespace, *, ask: bool, say: Callable[[str], None]) -> Answers:
    """Return what is known after asking, where that is possible, for what no option says.

    Raises ValueError where something is missing that nobody can assume, or where two do not go
    together; EOFError and KeyboardInterrupt where whoever is asked leaves.
    """
    found: dict[str, Any] = {}
    for question in QUESTIONS:
        given = getattr(arguments, question.name)
        if question.name == "dispatch_command" and PRODUCTION not in found["envs"]:
            if given:
                raise ValueError(f"{question.option} goes with prod among --envs")
            given = ""
        if given is None:
            given = _asked(question, say) if ask else _assumed(question, say)
        found[question.name] = given
    return Answers(found.pop("source"), found.pop("envs"), **found)


def _asked(question: Question, say: Callable[[str], None]) -> Any:
    """Ask until the answer is one that is allowed; an empty one is what is assumed."""
    shown = "" if question.assumed is None else f" [{question.assumed or 'none'}]"
    while True:
        text = input(f"{question.asks}{shown} ").strip() or question.assumed
        try:
            return question.read(text or "")
        except argparse.ArgumentTypeError as error:
            say(plain(f"That can't be: {error}."))


def _assumed(question: Question, say: Callable[[str], None]) -> Any:
    if question.assumed is None:
        raise ValueError(f"say {question.option}={question.metavar}: {question.help}")
    say(f"Assumed: {question.option}={question.assumed or 'none'}{question.otherwise}")
    return question.read(question.assumed)


def _source(text: str) -> str:
    if not _SOURCE.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not OWNER/REPOSITORY@ and 40 hex digits")
    return text


def _environments(text: str) -> tuple[str, ...]:
    """Return full names: those that a run takes, but the rehearsal, and any name of one's own."""
    parts = [env.full_name(part) for part in text.split(",")]
    if "" in parts:
        raise argparse.ArgumentTypeError(f"{text!r} has an empty name: {_NAMES}")
    try:
        # One of your own need not be set here: its variables are what is said at the end.
        found = env.names(parts, (), {env.variable(part, "URL"): "" for part in parts})
    except env.EnvironmentProblem as problem:
        raise argparse.ArgumentTypeError("; ".join(in_words(problem).splitlines())) from None
    if env.REHEARSAL in found:
        raise argparse.ArgumentTypeError(f"the rehearsal starts itself, anywhere: {_NAMES}")
    if len({env.variable(name, "URL") for name in found}) < len(found):
        raise argparse.ArgumentTypeError(f"{text!r} has two names that share variables")
    return found


_NAMES = "name staging, prod, or one of your own like lab, several with commas"


def _owner(text: str) -> str:
    if not re.search(r"\w", text) or len(text) > _LONGEST_OWNER or not text.isprintable():
        raise argparse.ArgumentTypeError(
            f"{plain(text)!r} is no name: one line of at most {_LONGEST_OWNER} characters, "
            "like Pat, @pat or PTO"
        )
    return text.strip()


def _command(text: str) -> str:
    if not text.isprintable():
        raise argparse.ArgumentTypeError("a command is one line, without control characters")
    return text.strip()


def _dispatch(text: str) -> str:
    # GitHub would put a value there before bash reads the line, whatever stands in it.
    if "${{" in text:
        raise argparse.ArgumentTypeError(
            "a command has no ${{ … }}: let it read a variable, as in $NAME, from the step's env"
        )
    return _command(text)


def _replay(text: str) -> str:
    try:
        shlex.split(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{plain(text)!r}: {in_words(error).lower()}") from None
    return _command(text)


def _questions() -> Iterator[Question]:
    yield Question(
        "--source", "OWNER/REPOSITORY@COMMIT",
        "Where on GitHub is pytest-caio, as OWNER/REPOSITORY@ and the whole commit?",
        "where on GitHub pytest-caio is, and the whole commit to take: a tag can be moved, and "
        "what runs there reads your tokens", _source, None,
    )  # fmt: skip
    yield Question(
        "--envs", "NAMES", "Which environments are there (staging, prod, or names of your own)?",
        "what is deployed: staging, prod, or names of your own, with commas (default: "
        "staging,prod); the pre-flight and the live step are prod's",
        _environments, "staging,prod",
    )  # fmt: skip
    yield Question(
        "--owner", "NAME", "Who approves a live cycle?",
        f"who approves a live cycle, as people call them (default: {STANDARD_OWNER})",
        _owner, STANDARD_OWNER,
    )  # fmt: skip
    yield Question(
        "--dispatch-command", "COMMAND", "Which line for bash dispatches live?",
        "the live dispatch, a line for bash (default: the repository's variable "
        "CAIO_DISPATCH_COMMAND has it)", _dispatch, "",
        "; the repository's variable CAIO_DISPATCH_COMMAND may have one",
    )  # fmt: skip
    yield Question(
        "--replay-command", "COMMAND", "Which command answers a replay case?",
        "the command that answers a replay case (default: the repository's variable "
        "CAIO_REPLAY_COMMAND has it)", _replay, "",
        "; the repository's variable CAIO_REPLAY_COMMAND may have one",
    )  # fmt: skip


QUESTIONS = tuple(_questions())
