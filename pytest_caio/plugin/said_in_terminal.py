"""Lines into pytest's terminal, with their colours."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from pytest_caio.report import console


def sayer(config: pytest.Config) -> Callable[[Iterable[str | console.Line]], None]:
    """Return what writes lines into the terminal, where there is one."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")

    def say(lines: Iterable[str | console.Line]) -> None:
        for line in lines if terminal else ():
            write(terminal, line if isinstance(line, console.Line) else console.Line(line))

    return say


def write(terminal: Any, line: console.Line) -> None:
    """Write a line as it is to be shown."""
    markup = {line.colour: True} if line.colour else {}
    terminal.write_line(line.text, bold=line.bold, **markup)
