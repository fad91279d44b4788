"""Errors that pass by themselves: what is asked again, how often, and how long it waits."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from virtual import run_virtually

from pytest_caio.evidence.model import Exchange
from pytest_caio.gates.replay_policy import RetryPolicy, RunnerPolicy
from pytest_caio.observe.replay.case_run import (
    CaseRun,
    LateError,
    Plain,
    RunnerError,
    TransientError,
)
from pytest_caio.observe.replay.engine import replay
from pytest_caio.observe.replay.http_runner import HttpRunner, retry_after, through
from pytest_caio.observe.replay.progress import Progress
from pytest_caio.observe.replay.replay_probe import late_hint
from pytest_caio.observe.sender import Answer
from pytest_caio.replay.golden_set import Case

CASES = tuple(Case(f"C{n}", "q", (), (), ()) for n in range(12))
BUSY = TransientError("the runner answered 503: busy")


class Says(Plain):
    """A runner that raises what it is told, one after the other, and then answers."""

    def __init__(self, *errors: Exception | float) -> None:
        self.errors = list(errors)
        self.at: list[float] = []

    async def run(self, case: Mapping[str, object]) -> Mapping[str, object]:
        """Raise the next error, or sleep for so many seconds, or answer."""
        self.at.append(asyncio.get_running_loop().time())
        if self.errors:
            error = self.errors.pop(0)
            if isinstance(error, Exception):
                raise error
            await asyncio.sleep(error)
        return {"actual_output": "yes"}


def ask(runner: Says, cases: Sequence[Case] = CASES[:1], **options: Any) -> tuple[CaseRun, ...]:
    """Replay by a clock that doesn't wait."""
    return run_virtually(replay(cases, runner, **{"workers": 1, **options}))[0]


@pytest.mark.parametrize(
    "error",
    [BUSY, TransientError("the connection broke: reset"), ConnectionResetError("peer")],
)
def test_an_error_that_passes_is_no_wrong_answer(error: Exception) -> None:
    """It is asked again, and the run says after what."""
    (run,) = ask(Says(error, error))
    assert run.error is None
    assert run.output["actual_output"] == "yes"
    assert len(run.retried) == 2
    assert str(error) in run.retried[0]


@pytest.mark.parametrize(
    "error",
    [
        RunnerError("the runner answered 500: bug"),
        LateError("no answer within 5 s (time-out)"),
        ConnectionRefusedError("nobody"),
        ValueError("bug"),
    ],
)
def test_what_does_not_pass_by_itself_is_asked_once(error: Exception) -> None:
    """A wrong answer, a bug and a time-out stay what they are."""
    runner = Says(error)
    (run,) = ask(runner)
    assert str(error) in str(run.error)
    assert (run.retried, run.passing, len(runner.at)) == ((), False, 1)


def test_time_outs_are_asked_again_if_asked_for() -> None:
    """A time-out of the engine's clock and one of the client's alike."""
    slow = LateError("no answer within 5 s (time-out)")
    (run,) = ask(Says(60.0, slow), case_timeout=5, retries=RetryPolicy(timeouts=True))
    assert run.error is None
    assert [error.partition(" s")[0] for error in run.retried] == ["no answer within 5"] * 2


def test_the_limit_of_attempts_holds() -> None:
    """When the attempts are used up the case fails, and its error says so before the rest."""
    runner = Says(*[BUSY] * 9)
    (run,) = ask(runner)
    assert run.error == "the runner answered 503: asked 3 times: busy"
    assert (run.passing, len(run.retried), len(runner.at)) == (True, 2, 3)
    (run,) = ask(Says(BUSY), retries=RetryPolicy(most=0))
    assert (run.error, run.passing) == ("the runner answered 503: busy", True)


def test_it_waits_as_long_as_it_is_told() -> None:
    """Retry-After, else one second and then two; never longer than the policy's limit."""
    runner = Says(TransientError("429", after=20))
    ask(runner)
    assert runner.at == [0, 20]
    runner = Says(BUSY, BUSY)
    ask(runner)
    assert runner.at == [0, 1, 3]
    runner = Says(BUSY, BUSY)
    ask(runner, retries=RetryPolicy(longest_wait=0.5))
    assert runner.at == [0, 0.5, 1]
    runner = Says(BUSY, TransientError("429", after=1.5))
    (run,) = ask(runner, retries=RetryPolicy(longest_wait=0.5))
    assert "429: it asks to wait 1.5 s" in str(run.error)
    runner = Says(TransientError("the runner answered 429: slow down", after=600))
    (run,) = ask(runner)
    assert run.error == (
        "the runner answered 429: it asks to wait 600 s, replay.retries.longest_wait is 30 s: "
        "slow down"
    )
    assert runner.at == [0]


def test_a_rate_limit_holds_for_all_who_ask() -> None:
    """While one case waits for the limit to pass, no other is asked."""
    runner = Says(TransientError("429", after=20))
    ask(runner, CASES, workers=2)
    assert runner.at == [0] + [20] * 12


def test_nothing_waits_beyond_the_deadline() -> None:
    """The case fails with the error itself, not with the deadline."""
    runner = Says(TransientError("the runner answered 429: busy", after=20))
    (run,) = ask(runner, deadline=10)
    assert run.error == "the runner answered 429: no time is left to ask again: busy"


@pytest.mark.parametrize(("workers", "first"), [(1, 3), (2, 3), (5, 5)])
def test_a_first_round_of_time_outs_ends_the_replay(workers: int, first: int) -> None:
    """With the hint what to look at, instead of going through all of the set."""
    hint = late_hint(RunnerPolicy("command", command="x", keep_alive=True))
    runner = Says(*[1000.0] * 12)
    runs = ask(runner, CASES, workers=workers, case_timeout=5, late_hint=hint)
    assert first <= sum(run.late for run in runs) < first + workers
    error = str(runs[-1].error)
    assert error.startswith(f"not run: the first {first} cases all got no answer in time. A runner")
    assert "flush" in error


@pytest.mark.parametrize(
    ("sleeps", "total"), [([1000.0, 0.0] + [1000.0] * 10, 12), ([1000.0] * 3, 3)]
)
def test_a_slow_case_alone_ends_nothing(sleeps: list[float], total: int) -> None:
    """Where one of the first round answers, or where there are no more, all are gone through."""
    runs = ask(Says(*sleeps), CASES[:total], case_timeout=5)
    assert all(run.began for run in runs)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([("Retry-After", "7")], 7),
        ([("retry-after", " 0 ")], 0),
        ([("Retry-After", "Tue, 24 Feb 2026 20:31:00 GMT")], 60),
        ([("Retry-After", "Tue, 24 Feb 2026 20:00:00 GMT")], 0),
        (
            [("Retry-After", "Tue, 24 Feb 2026 21:31:00 GMT"),
             ("Date", "Tue, 24 Feb 2026 21:30:00 GMT")],
            60,
        ),
        ([("Retry-After", "soon")], None),
        ([("Retry-After", "-5")], None),
        ([("Retry-After", "²")], None),
        ([("Retry-After", "9" * 400)], 999999999),
        ([], None),
    ],
)  # fmt: skip
def test_retry_after(headers: list[tuple[str, str]], seconds: float | None) -> None:
    """Seconds or a date, by the answer's own clock; what can't be read is nothing."""
    assert retry_after(headers, datetime(2026, 2, 24, 20, 30, tzinfo=UTC)) == seconds


class Wire:
    """A sender that answers with each status in turn, or with why there was no answer."""

    def __init__(self, *answers: int | str) -> None:
        self.answers = list(answers)

    async def send(self, request: Any, *, grant: Any, keep: Any) -> tuple[Exchange, ...]:
        """Give the next answer."""
        found = self.answers.pop(0)
        if isinstance(found, str):
            return (Exchange("POST", "/", status=None, error=found),)
        keep(Answer(found, (("Retry-After", "2"),), b'{"actual_output": "yes"}'))
        return (Exchange("POST", "/", status=found),)


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (429, True), (502, True), (503, True), (504, True),
        ("the connection broke: reset", True),
        ("the answer broke off or is not HTTP: x", True),
        (500, False), (501, False), (404, False), (401, False),
        ("no connection: refused", False),
        ("no answer within 5 s", False),
        ("the TLS certificate was not accepted: x", False),
    ],
)  # fmt: skip
def test_which_answers_over_http_pass(first: int | str, again: bool) -> None:
    """A rate limit, a gateway's errors, and a connection that broke; nothing else."""
    runner = HttpRunner("/run", through(cast("Any", Wire(first, 200))))
    (run,), _ = run_virtually(replay(CASES[:1], runner, workers=1))
    assert (run.error is None) is again
    assert len(run.retried) == again
    assert run.late is (first == "no answer within 5 s")


def test_lines_come_every_fifteen_seconds_without_a_terminal() -> None:
    """Also while no case ends; with a terminal there is a count instead."""
    said: list[str] = []
    counted: list[tuple[int, int]] = []

    async def work(progress: Progress) -> None:
        runner = Says(20.0, 60.0, 5.0)
        async with progress.shown(3):
            await replay(CASES[:3], runner, workers=1, case_timeout=40, on_progress=progress.told)

    run_virtually(work(Progress(None, said.append)))
    assert said == [
        "replay: 0 of 3 runs done, after 15 s",
        "replay: 1 of 3 runs done, after 30 s",
        "replay: 1 of 3 runs done, after 45 s",
        "replay: 2 of 3 runs done, 1 without an answer, after 60 s",
    ]
    run_virtually(work(Progress(lambda done, total: counted.append((done, total)), said.append)))
    assert counted == [(1, 3), (2, 3), (3, 3)]
    assert len(said) == 4
