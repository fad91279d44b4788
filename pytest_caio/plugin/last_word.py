"""What is said when everybody else has ended: the verdict, or why there is none.

The exit code is settled here too, whatever other plugins made of it: never a 0 without a GO.
"""

import argparse
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import pytest

from pytest_caio.plugin import mistakes
from pytest_caio.report import console
from pytest_caio.verdict.result import Result
from pytest_caio.verdict.sentence import but_failed

_FINE = {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
_KEPT = {
    pytest.ExitCode.INTERRUPTED,
    pytest.ExitCode.INTERNAL_ERROR,
    pytest.ExitCode.USAGE_ERROR,
}


@dataclass(frozen=True)
class Ended:
    """A session that has come to a result, and where to say it."""

    session: pytest.Session
    result: Result
    say: Callable[[Iterable[console.Line]], None]


@dataclass(eq=False)
class LastWord:
    """Called at the very end of a run; ``around`` is what was being handled when it began.

    ``silent`` is a run that nobody asked a verdict of: one that only collects or lists.
    """

    config: pytest.Config
    around: BaseException | None
    ended: Ended | None = None
    silent: bool = False

    def __call__(self) -> None:
        """Say the verdict; of a run that never came that far, what is wrong."""
        error = sys.exc_info()[1]
        broke = error is not None and error is not self.around
        if self.ended is not None:
            session, result = self.ended.session, self.ended.result
            session.exitstatus = exit_status(session.exitstatus, result.exit_code)
            # An error that nobody took ends the process with a 1.
            self.ended.say([last_line(result, 1 if broke else session.exitstatus)])
        elif broke or not (self.silent or _only_lists(self.config.known_args_namespace)):
            given = self.config.invocation_params
            mistakes.tell(given.args, given.dir, words(error if broke else None))


LAST_WORD = pytest.StashKey[LastWord]()


def have_last_word(config: pytest.Config) -> None:
    """Have the last word in this run; whatever comes from now on has its end before it."""
    if watched(config):
        return
    config.stash[LAST_WORD] = LastWord(config, sys.exc_info()[1])
    config.add_cleanup(config.stash[LAST_WORD])


def watched(config: pytest.Config) -> bool:
    """Return whether an error of this run is told at its end."""
    return LAST_WORD in config.stash


def exit_status(pytests: int, verdict: int) -> int:
    """Return the exit code: interruptions keep pytest's own, and no failure becomes a 0."""
    if pytests in _KEPT:
        return pytests
    return verdict or (0 if pytests in _FINE else pytests)


def last_line(result: Result, status: int) -> console.Line:
    """Return the verdict; where it is a GO and the exit code is not, with the reason for that."""
    line = console.verdict_line(result)
    if but := but_failed(result, status):
        return replace(line, text=f"{line.text} {but} What it was stands above.", colour="yellow")
    return line


def words(error: BaseException | None) -> str:
    """Return what kept a run from beginning; pytest itself has shown what it didn't pass on."""
    if isinstance(error, pytest.UsageError):
        return "\n".join(map(str, error.args))
    if error is None:
        return "pytest broke off before it had begun. What it was stands in the log"
    first = (str(error).splitlines() or [""])[0]
    return f"pytest could not begin: {type(error).__name__}: {first}"


def _only_lists(asked: argparse.Namespace) -> bool:
    told = asked.help or asked.version or asked.markers
    return bool(told or asked.caio_faults or asked.caio_plan)
