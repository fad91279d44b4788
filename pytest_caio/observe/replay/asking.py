"""Asking one case: with a time-out, and again after an error that passes by itself.

Source: ``docs/replay.md, Errors that pass``. A rate limit holds for all who ask at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_caio.gates.replay_policy import RetryPolicy
from pytest_caio.observe.replay.case_run import (
    LateError,
    Runner,
    RunnerError,
    TransientError,
    cut,
    no_output,
)

FIRST_WAIT = 1.0
"""Seconds before the second attempt where the runner names no other; then twice as many."""


BROKEN = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError)
"""A connection that was there and broke; one that is refused stays refused."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking: an answer, or an `error`; `retried` are the errors before it.

    `late` is True where time was up, `passing` where the error is one that passes by itself.
    `seconds` are those of the last attempt.
    """

    output: Mapping[str, object] = field(default_factory=no_output)
    error: str | None = None
    seconds: float = 0.0
    late: bool = False
    passing: bool = False
    retried: tuple[str, ...] = ()


@dataclass(slots=True)
class Asker:
    """Asks a runner; `ends` is when the whole replay has to end, in the loop's time."""

    runner: Runner
    case_timeout: float
    retries: RetryPolicy
    ends: float = float("inf")
    not_before: float = 0.0

    async def ask(self, case: Mapping[str, object]) -> Asked:
        """Ask until there is an answer, an error that stays, or nothing left to try."""
        retried: list[str] = []
        while True:
            loop = asyncio.get_running_loop()
            while (early := self.not_before - loop.time()) > 0:
                await asyncio.sleep(early)
            found, after = await self._once(case)
            wait = min(FIRST_WAIT * 2 ** len(retried), self.retries.longest_wait)
            wait = wait if after is None else after
            problem = self._no_more(found, wait, len(retried))
            if problem is not None:
                return _with(found, retried, problem)
            retried.append(found.error or "")
            if after is not None:
                self.not_before = max(self.not_before, loop.time() + after)
            await asyncio.sleep(wait)

    def _no_more(self, found: Asked, wait: float, tried: int) -> str | None:
        """Return why there is no further attempt, which may need no words; None where there is."""
        again = found.passing or (found.late and self.retries.timeouts)
        if found.error is None or not again or not self.retries.most:
            return ""
        if tried >= self.retries.most:
            return f"asked {tried + 1} times"
        limit = self.retries.longest_wait
        if wait > limit:
            return f"it asks to wait {wait:g} s, replay.retries.longest_wait is {limit:g} s"
        if asyncio.get_running_loop().time() + wait >= self.ends:
            return "no time is left to ask again"
        return None

    async def _once(self, case: Mapping[str, object]) -> tuple[Asked, float | None]:
        """Return what one attempt gave, and how many seconds the runner asks to wait."""
        clock = asyncio.get_running_loop().time
        began = clock()
        scope = asyncio.timeout(self.case_timeout)
        try:
            async with scope:
                output = await self.runner.run(case)
        except Exception as error:  # noqa: BLE001 - whatever a runner raises fails its case only
            late = scope.expired() or isinstance(error, LateError)
            why = _late(error, self.case_timeout) if scope.expired() else _reason(error)
            passes = isinstance(error, (TransientError, *BROKEN)) and not late
            after = error.after if isinstance(error, TransientError) else None
            return Asked(error=why, seconds=clock() - began, late=late, passing=passes), after
        return Asked(output, seconds=clock() - began), None


def _with(found: Asked, retried: list[str], problem: str) -> Asked:
    """Return the last attempt's result, with the earlier ones and why there are no more."""
    error = found.error
    if error is not None and problem:
        kind, colon, said = error.partition(": ")
        error = f"{kind}: {problem}{colon}{said}"
    return Asked(found.output, error, found.seconds, found.late, found.passing, tuple(retried))


def _reason(error: Exception) -> str:
    if isinstance(error, RunnerError):
        return str(error)  # what it quotes is cut already, with the reason in front
    return cut(f"{type(error).__name__}: {error}")


def _late(error: BaseException, seconds: float) -> str:
    """Say that time was up, with what the runner had said until then (see CommandRunner)."""
    notes = getattr(error.__cause__ or error.__context__, "__notes__", [])
    said = "".join(notes)
    return f"no answer within {seconds:g} s (time-out){said}"
