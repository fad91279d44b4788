"""The console script ``caio``; ``python -m pytest_caio`` is the same."""

import argparse
import io
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Any, NoReturn

from pytest_caio.base.left_overs import put_aside, search_seldom
from pytest_caio.base.messages import in_words, plain

# Each is imported when it is asked for: what all of them need takes longer than most of them.
COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "run": "run_gate",
        "judge": "judge_again",
        "decide": "owners_decision",
        "check": "check_files",
        "init": "init_repository",
        **{
            name: name
            for name in (
                "guard", "merge", "trace", "cleanup", "seed", "log", "history", "forget",
                "rehearse", "explain",
            )
        },
    }
)  # fmt: skip
_RUN, _GUARD = "run", "guard"
USAGE_ERROR = 4
_HELP = {"-h", "--help"}


class _Parser(argparse.ArgumentParser):
    """Ends with the code of a usage error that pytest has, and not with argparse's own."""

    usage_error = USAGE_ERROR

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(self.usage_error, f"{self.prog}: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; 4 is a mistake in what was asked, as in pytest."""
    if argv is None:
        # Before anything is imported: a tenth of what that takes is the search for left-overs.
        search_seldom()
    given = list(sys.argv[1:] if argv is None else argv)
    parser = _Parser(prog="caio", description="The go/no-go gate, and the commands beside it.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in given[:1] if given[:1] and given[0] in COMMANDS else COMMANDS:
        command = command_called(name)
        part = commands.add_parser(name, help=command.HELP, description=command.HELP)
        command.add(part)
        part.set_defaults(run=command.run)
    ours, passed_on = _ours(given)
    if ours[:1] == [_GUARD]:
        for each in (parser, *commands.choices.values()):
            each.usage_error = command_called(_GUARD).mistake_code(ours)
    arguments = parser.parse_args(ours)
    arguments.passed_on = passed_on
    _print_anywhere()
    try:
        code: int = arguments.run(arguments)
    except (OSError, ValueError, KeyError) as error:
        said = "\n".join(plain(line) for line in in_words(error).splitlines())
        print(f"caio {arguments.command}: {said}", file=sys.stderr)  # noqa: T201
        return parser.usage_error
    if argv is None:
        # The process ends here: its last search for what is left over would free nothing.
        put_aside()
    return code


def command_called(name: str) -> Any:
    """Return the module of a command: its ``HELP``, ``add`` and ``run``."""
    return import_module(f"pytest_caio.commands.{COMMANDS[name]}")


def _ours(given: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what is ours to read, and what is not: what pytest reads, or a command of the
    caller's.
    """
    asked = list(given)
    # What follows `run` is for pytest to read, but the wish for help.
    if asked[:1] == [_RUN] and not _HELP & set(asked):
        return asked[:1], asked[1:]
    if asked[:1] == [_GUARD] and "--" in asked:
        place = asked.index("--")
        return asked[:place], asked[place + 1 :]
    return asked, []


def _print_anywhere() -> None:
    """Let a terminal that lacks a character show its number: no report ends in an error by that."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
