"""The process in which a python runner's function lives: `python -m … module:function`.

Reads one case a line, writes one answer a line. Whatever the function prints goes to standard
error, so that it can't be taken for an answer. An exception ends the process: the case fails
with the traceback, and the next one gets a new process. A connection that broke is an error that
passes by itself (``docs/replay.md, Errors that pass``).
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import os
import sys
import traceback
from collections.abc import Callable
from typing import TextIO

TEMPORARY = 75
"""The exit status of an error that passes by itself (EX_TEMPFAIL)."""


def load(target: str) -> Callable[[object], object]:
    """Import `module:function`; the folder that the process was started in is on the path."""
    module, _, name = target.partition(":")
    found: object = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    if not callable(found):
        raise TypeError(f"{target} can't be called")
    return found


async def _settled(result: object) -> object:
    return await result if inspect.isawaitable(result) else result


def serve(function: Callable[[object], object], lines: TextIO, answers: TextIO) -> None:
    """Answer each line until there are no more."""
    with asyncio.Runner() as loop:
        for line in lines:
            answer = loop.run(_settled(function(json.loads(line))))
            answers.write(json.dumps(answer) + "\n")
            answers.flush()


def main(target: str) -> None:
    """Take the pipes away from the function, descriptors included, and serve it."""
    lines, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    with (
        os.fdopen(lines, encoding="utf-8") as reader,
        os.fdopen(answers, "w", encoding="utf-8") as writer,
    ):
        function = load(target)
        try:
            serve(function, reader, writer)
        except (ConnectionResetError, ConnectionAbortedError, BrokenPipeError):
            traceback.print_exc()
            sys.exit(TEMPORARY)


if __name__ == "__main__":
    main(sys.argv[1])
