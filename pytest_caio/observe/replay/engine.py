"""The replay: every golden case, asked of a runner, many at once, whatever goes wrong.

Source: ``docs/replay.md, Runner``. A case that can't be answered is a CaseRun with an
error; it stays in the denominator and never ends the run.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from pytest_caio.gates.replay_policy import RetryPolicy
from pytest_caio.observe.replay.asking import Asker
from pytest_caio.observe.replay.case_run import CaseRun, Runner, RunnerError
from pytest_caio.observe.replay.http_runner import HttpRunner
from pytest_caio.observe.replay.runners import (
    CommandRunner,
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

FEWEST_LATE = 3
"""How many cases a first round has at least, before its time-outs end the replay."""

CASE_TIMEOUT = 120.0
"""The time-out of one case, in seconds (``docs/replay.md, Runner``)."""

_ANSWER_KEY = re.compile(rf"\b({'|'.join(LISTS)})\b")

Progress = Callable[[int, int, CaseRun], None]
"""Told how many runs are done, of how many, and the last of them."""


NameOf = Callable[[str], str]
"""Gives the id under which a runner is asked a case, by the case's own."""


class _StopError(Exception):
    """The rest is given up; the text says why."""


@dataclass(slots=True)
class _Replay:
    """The state of one replay: what is still to do, and what came of the rest."""

    asker: Asker
    jobs: Sequence[tuple[Case, int]]
    workers: int
    blind: bool
    name_of: NameOf
    on_progress: Progress | None
    stop_when: Callable[[CaseRun], bool] | None
    late_hint: str
    done: dict[int, CaseRun] = field(default_factory=dict)
    begun: set[int] = field(default_factory=set)

    async def run(self, deadline: float | None) -> tuple[CaseRun, ...]:
        """Ask all there is to ask, within so many seconds, and return all runs."""
        numbers = iter(range(len(self.jobs)))
        why = "the replay ended"
        scope = asyncio.timeout(deadline)
        if deadline is not None:
            self.asker.ends = asyncio.get_running_loop().time() + deadline
        async with self.asker.runner:
            try:
                async with scope, asyncio.TaskGroup() as group:
                    for _ in range(min(self.workers, len(self.jobs))):
                        group.create_task(self.work(numbers))
            except* _StopError as stopped:
                why = str(stopped.exceptions[0])
            except* TimeoutError:
                if not scope.expired():
                    raise
                why = f"deadline of {deadline:g} s"
        return self.result(why)

    async def work(self, numbers: Iterator[int]) -> None:
        for number in numbers:
            self.begun.add(number)
            run = await self.ask(*self.jobs[number])
            self.done[number] = run
            if self.on_progress is not None:
                self.on_progress(len(self.done), len(self.jobs), run)
            if self.stop_when is not None and self.stop_when(run):
                raise _StopError("stopped early, the outcome is certain")
            if self.hopeless():
                late = f"the first {len(self.done)} cases all got no answer in time"
                raise _StopError(f"{late}. {self.late_hint}".rstrip(". "))

    async def ask(self, case: Case, repeat: int) -> CaseRun:
        name = self.name_of(case.id)
        question = {"id": name, "input_query": case.input_query}
        given = question if self.blind else {**case.as_mapping(), **question}
        asked = await self.asker.ask(given)
        return CaseRun(
            case.id,
            asked.output,
            _wants_the_key(asked.error) if self.blind and asked.error else asked.error,
            asked.seconds,
            repeat,
            asked_as=name,
            retried=asked.retried,
            passing=asked.passing,
            late=asked.late,
        )

    def hopeless(self) -> bool:
        """Whether the first round is over, and no case of it was answered in time."""
        first = max(self.workers, FEWEST_LATE)
        done = len(self.done)
        return done == first < len(self.jobs) and all(run.late for run in self.done.values())

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
    retries: RetryPolicy | None = None,
    late_hint: str = "",
) -> tuple[CaseRun, ...]:
    """Ask the runner every case, `workers` at a time, and return a run for each of them.

    In: `case_timeout` and `deadline` in seconds, the latter for the whole replay; `repeats` runs
    of each case, the whole set before it is gone through again; `blind` hands the runner `id` and
    `input_query` only, the id as `name_of` gives it. `stop_when` is asked after each run
    whether the outcome is certain: then the rest is given up, as it is, with `late_hint`, where the
    first round of cases (as many as `workers`) is all late. Errors that pass by themselves are
    tried again as `retries` says (the policy's defaults if None). Out: the runs in the order of the
    cases, repeat by repeat; one that was given up or didn't begin has an error that says so.
    Cancelling it stops the runner.
    """
    if workers < 1 or repeats < 1:
        raise ValueError("workers and repeats are at least 1")
    jobs = [(case, repeat) for repeat in range(repeats) for case in cases]
    asker = Asker(runner, case_timeout, retries or RetryPolicy())
    state = _Replay(asker, jobs, workers, blind, name_of, on_progress, stop_when, late_hint)
    return await state.run(deadline)


def _wants_the_key(failed: str) -> str:
    """Say so where a runner that is given the question alone failed over the answer key.

    Nobody told it these names, so it was written for a harness that hands out whole cases.
    """
    found = _ANSWER_KEY.search(failed)
    if not found:
        return failed
    return f"your runner reads {found[1]}; give it the question alone: {failed}"
