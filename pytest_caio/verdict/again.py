"""The command that runs a gate again: as it was started, with what is the gate's own.

What chose a part of the checks (-k, a path) is left out, as the whole gate is meant, and so is
whatever else was pytest's. Nothing in it can be more than an option of the gate.
"""

import re
import shlex
from collections.abc import Iterable

BY_CAIO, BY_PYTEST = "caio run", "pytest"
_OPTION = re.compile(r"--caio-[a-z-]+")


def gate_command(started: Iterable[str], environments: Iterable[str], profile: str) -> str:
    """Return the command that runs the whole gate again.

    ``started`` is how the run was started (:func:`as_started`); nothing where it is not known.
    """
    program, *options = tuple(started) or (BY_PYTEST,)
    if not options:
        options = [f"--caio-env={','.join(environments)}", f"--caio-profile={profile}"]
    return " ".join([program, *map(_quoted, options)])


def _quoted(option: str) -> str:
    """Return an option with its value as a shell takes it, PowerShell among them."""
    name, sign, value = option.partition("=")
    return f"{name}{sign}{shlex.quote(value)}" if sign else name


def as_started(started: Iterable[str]) -> tuple[str, ...]:
    """Return how a report says that its run was started: a program, then options of the gate.

    Raises ValueError for anything else: people copy it into a shell.
    """
    found = tuple(started)
    good = not found or (
        found[0] in {BY_CAIO, BY_PYTEST}
        and all(_OPTION.fullmatch(o.partition("=")[0]) and o.isprintable() for o in found[1:])
    )
    if not good:
        raise ValueError("started is no command of the gate")
    return found
