"""What ``caio judge`` and ``caio merge`` are told, and print of a stranger's report."""

import argparse
import os
from pathlib import Path

from pytest_caio.base.messages import plain
from pytest_caio.report import console, github
from pytest_caio.verdict.result import Result


def folder(text: str) -> Path:
    """Return the folder that an argument names; an empty one (a variable not set) is none."""
    if not text.strip():
        raise argparse.ArgumentTypeError("an empty name is no folder: is a variable not set?")
    return Path(text)


def in_lines(result: Result) -> str:
    """Return the result as the console shows it; nothing in it steers a terminal or a CI's log."""
    lines = [plain(line.text) for line in (*console.lines(result), console.verdict_line(result))]
    if github.under_actions(os.environ):
        stop, resume = github.silence()
        # The verdict stays the last line; it starts with our own word.
        lines = [stop, *lines[:-1], resume, lines[-1]]
    return "\n".join(lines)
