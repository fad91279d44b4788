"""Runners on this machine: a command, a Python function, recorded answers.

Source: ``docs/replay.md, Runner``. All raise RunnerError for a case that they can't
answer, and none lets one case's trouble reach another.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from pytest_caio.observe.replay.case_run import (
    STDERR,
    Plain,
    RunnerError,
    cut,
    read_answer,
)
from pytest_caio.observe.replay.process import Child
from pytest_caio.observe.replay.recorded_file import recorded_answers


class CommandRunner:
    """A command that reads a case as JSON and writes an answer as JSON.

    A process per case: the case on standard input, to its end, and one object on standard output.
    `keep_alive`: as many processes as cases run at once, each fed one case a line and answering
    with one line. One that crashes, hangs or says something out of turn fails its case and is
    replaced. `command` is a list of arguments, or a text that is split without a shell.
    """

    def __init__(
        self,
        command: str | Sequence[str],
        *,
        keep_alive: bool = False,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._argv = split_command(command) if isinstance(command, str) else list(command)
        if not self._argv:
            raise ValueError("the runner's command is empty")
        self._keep_alive = keep_alive
        self._cwd = cwd
        # A Python runner on Windows would otherwise answer in the console's code page.
        # One that is kept alive and keeps its answers in a buffer would never be heard.
        ours = {"PYTHONIOENCODING": "utf-8", **({"PYTHONUNBUFFERED": "1"} if keep_alive else {})}
        self._env = {**ours, **(os.environ if env is None else env)}
        self._idle: list[Child] = []

    async def run(self, case: Mapping[str, object]) -> Mapping[str, object]:
        """Answer one case, in a process of its own or in an idle one."""
        data = json.dumps(case).encode() + b"\n"
        return await (self._ask(case, data) if self._keep_alive else self._once(data))

    async def __aenter__(self) -> Self:
        """Start nothing yet: processes are started when there are cases for them."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the processes that were kept alive."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(child.stop() for child in idle))

    async def _once(self, data: bytes) -> Mapping[str, object]:
        child = await Child.start(self._argv, cwd=self._cwd, env=self._env)
        try:
            child.send(data, last=True)
            return read_answer(await child.rest())
        except asyncio.CancelledError as error:
            error.add_note(child.said(with_output=True))
            raise
        finally:
            await child.stop()

    async def _ask(self, case: Mapping[str, object], data: bytes) -> Mapping[str, object]:
        child = await self._worker()
        kept = False
        try:
            child.send(data)
            line = await child.line()
            if child.babbled:
                raise RunnerError(f"the runner wrote more than one line ({STDERR})")
            answer = read_answer(line, one_line=True)
            _check_name(line, case)
            kept = child.fit
        except asyncio.CancelledError as error:
            error.add_note(child.said(with_output=True))
            raise
        finally:
            if kept:
                self._idle.append(child)
            else:
                await child.stop()
        return answer

    async def _worker(self) -> Child:
        while self._idle:
            child = self._idle.pop()
            if child.fit:
                return child
            await child.stop()  # it died or babbled while nobody had asked it anything
        return await Child.start(self._argv, cwd=self._cwd, env=self._env)


class PythonRunner(CommandRunner):
    """A function `module:function`, sync or async, that takes a case and returns an answer.

    It runs in kept-alive processes of this interpreter, not in threads: a thread that hangs can't
    be stopped, and a function that crashes the interpreter would take the gate with it.
    """

    def __init__(
        self, target: str, *, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> None:
        if not re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*", target):
            raise ValueError(f"a python runner is named module:function, not {target!r}")
        host = [sys.executable, "-m", "pytest_caio.observe.replay.host", target]
        super().__init__(host, keep_alive=True, cwd=cwd, env=env)


class RecordedRunner(Plain):
    """Answers from a file: an array or JSON Lines of answers, each with the `id` of its case."""

    def __init__(self, path: Path) -> None:
        self._answers = recorded_answers(path)

    async def run(self, case: Mapping[str, object]) -> Mapping[str, object]:
        """Return the recorded answer; a case without one fails."""
        answer = self._answers.get(str(case["id"]))
        if answer is None:
            raise RunnerError("no answer is recorded for this id")
        return answer


def split_command(command: str, *, windows: bool = os.name == "nt") -> list[str]:
    """Split a command line into arguments without a shell; ValueError on an open quote.

    On Windows a backslash is part of a path and only double quotes group, as `cmd` has it.
    """
    if not windows:
        return shlex.split(command)
    if command.count('"') % 2:
        raise ValueError(f"a quote isn't closed: {command}")
    return [word.replace('"', "") for word in re.findall(r'(?:[^\s"]|"[^"]*")+', command)]


def _check_name(line: bytes, case: Mapping[str, object]) -> None:
    """Refuse an answer that names another case: a line late by one would shift all the others."""
    named = json.loads(line.decode("utf-8-sig")).get("id")
    if named is not None and named != case["id"]:
        raise RunnerError(f"the runner answered another case: {cut(str(named))}")
