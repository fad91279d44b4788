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
    "ask_all",
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


Taken = Callable[[Case, CaseRun], None]
"""Takes a run of a case, as soon as it has ended."""


@dataclass(frozen=True, slots=True)
class Manner:
    """In which manner a runner is asked: as many as `workers` cases at a time, blind or not.

    `name_of` gives the id under which a case is asked. `stop_when` is asked after each run whether
    the outcome is certain: then the rest is given up, as it is, with `late_hint`, where the first
    round of cases (as many as `workers`) is all late.
    """

    workers: int
    blind: bool = True
    name_of: NameOf = str
    on_progress: Progress | None = None
    stop_when: Callable[[CaseRun], bool] | None = None
    late_hint: str = ""


@dataclass(slots=True)
class _Replay:
    """The state of one replay: what is being asked, and how much is done."""

    asker: Asker
    jobs: Iterator[tuple[Case, int]]
    total: int
    manner: Manner
    take: Taken
    asking: dict[int, tuple[Case, int]] = field(default_factory=dict)
    begun: int = 0
    done: int = 0
    late: int = 0

    async def run(self, deadline: float | None) -> str:
        """Ask all there is to ask, within so many seconds; return why it ended."""
        why = "the replay ended"
        broken: list[Exception] = []
        scope = asyncio.timeout(deadline)
        if deadline is not None:
            self.asker.ends = asyncio.get_running_loop().time() + deadline
        async with self.asker.runner:
            try:
                async with scope, asyncio.TaskGroup() as group:
                    for _ in range(min(self.manner.workers, self.total)):
                        group.create_task(self.work())
            except* _StopError as stopped:
                why = str(stopped.exceptions[0])
            except* TimeoutError:
                if not scope.expired():
                    raise
                why = f"deadline of {deadline:g} s"
            except* (OSError, ValueError) as wrong:  # of reading cases or of keeping runs
                broken.extend(e for e in wrong.exceptions if isinstance(e, Exception))
        if broken:
            raise broken[0]
        for case, repeat in self.asking.values():
            self.take(case, CaseRun(case.id, error=f"not finished: {why}", repeat=repeat))
        return why

    async def work(self) -> None:
        manner = self.manner
        for case, repeat in self.jobs:
            number = self.begun
            self.begun += 1
            self.asking[number] = (case, repeat)
            run = await self.ask(case, repeat)
            del self.asking[number]
            self.done += 1
            self.late += run.late
            self.take(case, run)
            if manner.on_progress is not None:
                manner.on_progress(self.done, self.total, run)
            if manner.stop_when is not None and manner.stop_when(run):
                raise _StopError("stopped early, the outcome is certain")
            if self.hopeless():
                late = f"the first {self.done} cases all got no answer in time"
                raise _StopError(f"{late}. {manner.late_hint}".rstrip(". "))

    async def ask(self, case: Case, repeat: int) -> CaseRun:
        name = self.manner.name_of(case.id)
        question = {"id": name, "input_query": case.input_query}
        given = question if self.manner.blind else {**case.as_mapping(), **question}
        asked = await self.asker.ask(given)
        return CaseRun(
            case.id,
            asked.output,
            _wants_the_key(asked.error) if self.manner.blind and asked.error else asked.error,
            asked.seconds,
            repeat,
            asked_as=name,
            retried=asked.retried,
            passing=asked.passing,
            late=asked.late,
        )

    def hopeless(self) -> bool:
        """Whether the first round is over, and no case of it was answered in time."""
        first = max(self.manner.workers, FEWEST_LATE)
        return self.done == first < self.total and self.late == self.done


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
    """Ask the runner every case, as `Manner` says, and return a run for each of them.

    In: `case_timeout` and `deadline` in seconds, the latter for the whole replay; `repeats` runs
    of each case, the whole set before it is gone through again. Errors that pass by themselves are
    tried again as `retries` says (the policy's defaults if None). Out: the runs in the order of the
    cases, repeat by repeat; one that was given up or didn't begin has an error that says so.
    Cancelling it stops the runner.
    """
    if workers < 1 or repeats < 1:
        raise ValueError("workers and repeats are at least 1")
    jobs = [(case, repeat) for repeat in range(repeats) for case in cases]
    runs: dict[tuple[str, int], CaseRun] = {}

    def take(case: Case, run: CaseRun) -> None:
        runs[case.id, run.repeat] = run

    manner = Manner(workers, blind, name_of, on_progress, stop_when, late_hint)
    asker = Asker(runner, case_timeout, retries or RetryPolicy())
    why = await ask_all(iter(jobs), len(jobs), asker, manner, take, deadline)
    return tuple(
        runs.get((case.id, repeat))
        or CaseRun(case.id, error=f"not run: {why}", repeat=repeat, began=False)
        for case, repeat in jobs
    )


async def ask_all(
    jobs: Iterator[tuple[Case, int]],
    total: int,
    asker: Asker,
    manner: Manner,
    take: Taken,
    deadline: float | None,
) -> str:
    """Ask `total` jobs, each a case and which of its runs it is; return why there were no more.

    Each run that began is handed to `take` as soon as it has ended, and no run is held. What is
    left in `jobs` was not asked.
    """
    return await _Replay(asker, jobs, total, manner, take).run(deadline)


def _wants_the_key(failed: str) -> str:
    """Say so where a runner that is given the question alone failed over the answer key.

    Nobody told it these names, so it was written for a harness that hands out whole cases.
    """
    found = _ANSWER_KEY.search(failed)
    if not found:
        return failed
    return f"your runner reads {found[1]}; give it the question alone: {failed}"
