"""How far the look is: a count where a terminal shows it, else a line every so often."""

import time
from collections.abc import Callable
from typing import Any

from pytest_caio.base.messages import listed
from pytest_caio.settings.options import Options

EVERY = 15.0
"""Seconds between two lines."""

Progress = Callable[[int, int], None]


def is_live(terminal: Any) -> bool:
    """Return whether a line of the terminal can be written over."""
    return terminal is not None and terminal.isatty and terminal.verbosity >= 0


def of_probes(terminal: Any, options: Options) -> Progress:
    """Return what shows how many probes are done, as the terminal can; with -q nothing."""
    if is_live(terminal):
        return count(terminal, "probes")
    if terminal is None or terminal.verbosity < 0:
        return lambda done, total: None
    return lines(terminal.write_line, options)


def count(terminal: Any, what: str) -> Progress:
    """Return what shows the number of things that are done in one line of the terminal."""

    def show(done: int, total: int) -> None:
        terminal.rewrite(f"looking: {done}/{total} {what}", erase=done < total)
        if done == total:
            terminal.rewrite("", erase=True)

    return show


def lines(
    line: Callable[[str], None], options: Options, clock: Callable[[], float] = time.monotonic
) -> Progress:
    """Say what is looked at, and return what says from time to time how far that is."""
    line(f"looking at {listed(options.environments)}")
    began = said = clock()

    def show(done: int, total: int) -> None:
        nonlocal said
        now = clock()
        if now - said >= EVERY and done < total:
            said = now
            line(f"looking: {done} of {total} probes done, after {now - began:.0f} s")

    return show


def writer(terminal: Any) -> Callable[[str], None]:
    """Return what writes a line of its own, where there is a terminal to write to."""
    return terminal.write_line if terminal else lambda text: None
