"""The replay: every golden case, asked of a runner, many at once, whatever goes wrong.

Source: ``docs/replay.md, Runner``. A case that can't be answered is a CaseRun with an
error; it stays in the denominator and never ends the run.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from pytest_caio.observe.replay.case_run import CaseRun, Runner, RunnerError, cut
from pytest_caio.observe.replay.runners import (
    CommandRunner,
    HttpRunner,
    PythonRunner,
    RecordedRunner,
)
from pytest_caio.replay.golden_set import LISTS, Case

__all__ = [
    "CaseRun",
    "CommandRunner",
    "HttpRunner",
    "PythonRunner",
    "RecordedRunner",
    "Runner",
    "RunnerError",
    "replay",
]

CASE_TIMEOUT = 120.0
"""The time-out of one case, in seconds (``docs/replay.md, Runner``)."""

_ANSWER_KEY = re.compile(rf"\b({'|'.join(LISTS)})\b")

Progress = Callable[[int, int, CaseRun], None]
"""Told how many runs are done, of how many, and the last of them."""


NameOf = Callable[[str], str]
"""Gives the id under which a runner is asked a case, by the case's own."""


class _StopError(Exception):
    """The outcome is certain."""


@dataclass(slots=True)
class _Replay:
    """The state of one replay: what is still to do, and what came of the rest."""

    runner: Runner
    jobs: Sequence[tuple[Case, int]]
    case_timeout: float
    blind: bool
    name_of: NameOf
    on_progress: Progress | None
    stop_when: Callable[[CaseRun], bool] | None
    done: dict[int, CaseRun] = field(default_factory=dict)
    begun: set[int] = field(default_factory=set)

    async def work(self, numbers: Iterator[int]) -> None:
        for number in numbers:
            self.begun.add(number)
            run = await self.ask(*self.jobs[number])
            self.done[number] = run
            if self.on_progress is not None:
                self.on_progress(len(self.done), len(self.jobs), run)
            if self.stop_when is not None and self.stop_when(run):
                raise _StopError

    async def ask(self, case: Case, repeat: int) -> CaseRun:
        name = self.name_of(case.id)
        question = {"id": name, "input_query": case.input_query}
        given = question if self.blind else {**case.as_mapping(), **question}
        began = time.perf_counter()
        output, failed = None, None
        scope = asyncio.timeout(self.case_timeout)
        try:
            async with scope:
                output = await self.runner.run(given)
        except Exception as error:  # noqa: BLE001 - whatever a runner raises fails its case only
            failed = _late(error, self.case_timeout) if scope.expired() else _reason(error)
        seconds = time.perf_counter() - began
        why = _wants_the_key(failed or "") if self.blind else failed
        run = CaseRun(case.id, error=why, seconds=seconds, repeat=repeat, asked_as=name)
        return run if output is None else replace(run, output=output, error=None)

    def result(self, why: str) -> tuple[CaseRun, ...]:
        """Return all runs; what isn't done says why not."""
        return tuple(
            self.done.get(number)
            or CaseRun(
                case.id,
                error=f"not {'finished' if number in self.begun else 'run'}: {why}",
                repeat=repeat,
                began=number in self.begun,
            )
            for number, (case, repeat) in enumerate(self.jobs)
        )


async def replay(
    cases: Sequence[Case],
    runner: Runner,
    *,
    workers: int,
    case_timeout: float = CASE_TIMEOUT,
    deadline: float | None = None,
    repeats: int = 1,
    blind: bool = True,
    name_of: NameOf = str,
    on_progress: Progress | None = None,
    stop_when: Callable[[CaseRun], bool] | None = None,
) -> tuple[CaseRun, ...]:
    """Ask the runner every case, `workers` at a time, and return a run for each of them.

    In: `case_timeout` and `deadline` in seconds, the latter for the whole replay; `repeats` runs
    of each case, the whole set before it is gone through again; `blind` hands the runner `id` and
    `input_query` only, the id as `name_of` gives it. `stop_when` is asked after each run
    whether the outcome is certain: then the rest is given up. Out: the runs in the order of the
    cases, repeat by repeat; one that was given up or didn't begin has an error that says so.
    Cancelling it stops the runner.
    """
    if workers < 1 or repeats < 1:
        raise ValueError("workers and repeats are at least 1")
    jobs = [(case, repeat) for repeat in range(repeats) for case in cases]
    state = _Replay(runner, jobs, case_timeout, blind, name_of, on_progress, stop_when)
    numbers = iter(range(len(jobs)))
    why = "the replay ended"
    scope = asyncio.timeout(deadline)
    async with runner:
        try:
            async with scope, asyncio.TaskGroup() as group:
                for _ in range(min(workers, len(jobs))):
                    group.create_task(state.work(numbers))
        except* _StopError:
            why = "stopped early, the outcome is certain"
        except* TimeoutError:
            if not scope.expired():
                raise
            why = f"deadline of {deadline:g} s"
    return state.result(why)


def _reason(error: Exception) -> str:
    if isinstance(error, RunnerError):
        return str(error)  # what it quotes is cut already, with the reason in front
    return cut(f"{type(error).__name__}: {error}")


def _wants_the_key(failed: str) -> str:
    """Say so where a runner that is given the question alone failed over the answer key.

    Nobody told it these names, so it was written for a harness that hands out whole cases.
    """
    found = _ANSWER_KEY.search(failed)
    if not found:
        return failed
    return f"your runner reads {found[1]}; give it the question alone: {failed}"


def _late(error: BaseException, seconds: float) -> str:
    """Say that time was up, with what the runner had said until then (see CommandRunner)."""
    notes = getattr(error.__cause__ or error.__context__, "__notes__", [])
    said = "".join(notes)
    return f"no answer within {seconds:g} s (time-out){said}"
