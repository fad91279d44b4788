"""The replay itself: concurrency, time-outs, deadline, repeats, blindness, early stop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from types import TracebackType
from typing import Self

import pytest
from virtual import run_virtually

from pytest_caio.observe.replay.engine import CaseRun, RunnerError, replay
from pytest_caio.replay.golden_set import Case
from pytest_caio.replay.integrity import opaque_id

CASES = tuple(Case(f"C{n}", f"query {n}", ("t",), ("p",), ("n",)) for n in range(12))


class Fake:
    """A runner without a process, which notes what it is given and how many at once."""

    def __init__(self, seconds: float = 0.0, slow: str = "") -> None:
        self.given: list[Mapping[str, object]] = []
        self.seconds, self.slow = seconds, slow
        self.now = self.most = self.cancelled = 0
        self.closed = False

    async def run(self, case: Mapping[str, object]) -> Mapping[str, object]:
        """Answer after a while; the slow case never."""
        self.given.append(case)
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(60 if case["id"] == self.slow else self.seconds)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.now -= 1
        return {"actual_output": f"answer {case['id']} {len(self.given)}"}

    async def __aenter__(self) -> Self:
        """Get ready."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Note that it was closed."""
        self.closed = True


def test_a_blind_runner_sees_two_keys() -> None:
    """By default the answer key stays here; unless blind the whole case goes out."""
    blind, seeing = Fake(), Fake()
    asyncio.run(replay(CASES, blind, workers=2))
    asyncio.run(replay(CASES, seeing, workers=2, blind=False))
    assert {tuple(sorted(case)) for case in blind.given} == {("id", "input_query")}
    assert seeing.given[0] == CASES[0].as_mapping()


@pytest.mark.parametrize(
    ("said", "blind", "hint"),
    [
        ("KeyError: 'expected_tools'", True, "your runner reads expected_tools"),
        ("positive_constraints\n  Field required", True, "your runner reads positive_constraints"),
        ("KeyError: 'expected_tools'", False, ""),
        ("KeyError: 'unexpected_tools'", True, ""),
        ("KeyError: 'lead'", True, ""),
    ],
)
def test_a_runner_that_needs_the_answer_key_is_told_so(said: str, blind: bool, hint: str) -> None:
    """It comes from a harness that hands out whole cases; what it said stands behind the hint."""

    class Old(Fake):
        async def run(self, case: Mapping[str, object]) -> Mapping[str, object]:
            """Read what it wasn't given."""
            raise RunnerError(f"the runner failed with exit status 1: {said}")

    (run,) = asyncio.run(replay(CASES[:1], Old(), workers=1, blind=blind))
    said = f"the runner failed with exit status 1: {said}"
    assert run.error == (f"{hint}; give it the question alone: {said}" if hint else said)


def test_a_blind_runner_can_not_look_up_the_id() -> None:
    """It gets a made-up one, the same for each run of a case; the runs carry the real one too."""
    runner = Fake()
    named = partial(opaque_id, nonce_seed="s1")
    runs = asyncio.run(replay(CASES, runner, workers=2, repeats=2, name_of=named))
    given = [str(case["id"]) for case in runner.given]
    assert given[:12] == given[12:]
    assert len(set(given)) == 12
    assert not any(case.id in name for case, name in zip(CASES, given, strict=False))
    assert {run.case_id: run.asked_as for run in runs} == {c.id: named(c.id) for c in CASES}
    assert opaque_id("C0", "s2") != opaque_id("C0", "s1")


def test_the_limit_holds_and_the_order_stays() -> None:
    """Never more than the limit at once; runs come in the order of the cases."""
    runner = Fake(seconds=0.01)
    runs = asyncio.run(replay(CASES, runner, workers=3))
    assert runner.most == 3
    assert [run.case_id for run in runs] == [case.id for case in CASES]
    assert runner.closed


def test_sixty_cases_take_their_share_of_the_time() -> None:
    """60 cases of 0.05 s, 6 at a time, take at most 1.3 times the half second that is due."""
    cases = [Case(f"C{n}", "q", (), (), ()) for n in range(60)]
    _, seconds = run_virtually(replay(cases, Fake(seconds=0.05), workers=6))
    assert seconds < 1.3 * 60 * 0.05 / 6


def test_a_case_that_is_late_fails_alone() -> None:
    """A time-out is the case's own."""
    runner = Fake(slow="C3")
    runs = asyncio.run(replay(CASES, runner, workers=2, case_timeout=0.1))
    assert [run.case_id for run in runs if run.error] == ["C3"]
    assert runs[3].error == "no answer within 0.1 s (time-out)"
    assert runner.cancelled == 1


def test_a_time_out_of_the_runners_own_is_not_ours() -> None:
    """A TimeoutError that the runner raises itself is reported as what it is."""

    class Impatient(Fake):
        async def run(self, case: Mapping[str, object]) -> Mapping[str, object]:
            """Give up at once."""
            raise TimeoutError("socket")

    (run,) = asyncio.run(replay(CASES[:1], Impatient(), workers=1))
    assert run.error == "TimeoutError: socket"


def test_the_deadline_ends_the_replay_and_says_what_did_not_run() -> None:
    """After the deadline: what was under way isn't finished, what was due isn't run."""
    runner = Fake(slow="C2")
    runs = asyncio.run(replay(CASES[:3], runner, workers=1, deadline=0.2, repeats=2))
    assert [run.error for run in runs[:2]] == [None, None]
    assert runs[2].error == "not finished: deadline of 0.2 s"
    assert [run.error for run in runs[3:]] == ["not run: deadline of 0.2 s"] * 3
    assert (runner.now, runner.closed) == (0, True)


def test_repeats_run_the_set_again() -> None:
    """Two repeats: each case twice, numbered from 0, each with its own output."""
    runs = asyncio.run(replay(CASES[:2], Fake(), workers=1, repeats=2))
    assert [(run.case_id, run.repeat) for run in runs] == [
        ("C0", 0),
        ("C1", 0),
        ("C0", 1),
        ("C1", 1),
    ]
    assert runs[0].output != runs[2].output


def test_an_early_stop_counts_what_did_not_run() -> None:
    """Once the outcome is certain the rest is given up, and stays in the count."""
    runner = Fake(slow="C4")
    seen: list[str] = []

    def enough(run: CaseRun) -> bool:
        seen.append(run.case_id)
        return len(seen) == 4

    runs = asyncio.run(replay(CASES, runner, workers=1, stop_when=enough))
    assert len(runs) == len(CASES)
    assert [run.error is None for run in runs[:4]] == [True] * 4
    assert {run.error for run in runs[4:]} == {"not run: stopped early, the outcome is certain"}


def test_an_early_stop_cancels_what_is_under_way() -> None:
    """A case that another worker is on is given up too."""
    runner = Fake(slow="C0")
    runs = asyncio.run(replay(CASES, runner, workers=2, stop_when=lambda run: True))
    assert str(runs[0].error).startswith("not finished: stopped early")
    assert runner.cancelled == 1


def test_progress_is_told() -> None:
    """Each run is told once, with how many are done of how many."""
    told: list[tuple[int, int]] = []
    asyncio.run(
        replay(
            CASES, Fake(), workers=3, on_progress=lambda done, total, _: told.append((done, total))
        )
    )
    assert told == [(n, 12) for n in range(1, 13)]


def test_cancelling_closes_the_runner() -> None:
    """A cancelled replay cancels its cases and closes its runner."""
    runner = Fake(slow="C0")

    async def cancelled() -> None:
        task = asyncio.create_task(replay(CASES[:1], runner, workers=1))
        while not runner.now:
            await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())
    assert (runner.cancelled, runner.closed) == (1, True)


def test_no_cases_give_no_runs() -> None:
    """An empty selection is an empty answer; that it is a failure is the judge's to say."""
    assert asyncio.run(replay((), Fake(), workers=2)) == ()


@pytest.mark.parametrize("options", [{"workers": 0}, {"workers": 1, "repeats": 0}])
def test_nonsense_is_refused(options: dict[str, int]) -> None:
    """No workers, or no repeats, would run nothing and look like success."""
    with pytest.raises(ValueError, match="at least 1"):
        asyncio.run(replay(CASES, Fake(), **options))  # type: ignore[arg-type]


def test_a_mistake_in_the_callback_is_not_swallowed() -> None:
    """What the caller's own function raises isn't taken for a case's failure."""

    def broken(done: int, total: int, run: CaseRun) -> None:
        raise LookupError("progress bar")

    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(replay(CASES, Fake(), workers=1, on_progress=broken))
    assert caught.group_contains(LookupError, match="progress bar")
