"""How far a replay is: a count where a terminal shows it, else a line every so often."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from pytest_caio.base.messages import plural
from pytest_caio.observe.replay.case_run import CaseRun

EVERY = 15.0
"""Seconds between two lines."""

Count = Callable[[int, int], None]
Line = Callable[[str], None]


@dataclass(slots=True)
class Progress:
    """Tells `count` after each run, or `line` from time to time where there is no `count`."""

    count: Count | None
    line: Line
    done: int = 0
    total: int = 0
    failed: int = 0

    def told(self, done: int, total: int, run: CaseRun) -> None:
        """Take note of a run that has ended."""
        self.done, self.total = done, total
        self.failed += run.error is not None
        if self.count is not None:
            self.count(done, total)

    @contextlib.asynccontextmanager
    async def shown(self, total: int) -> AsyncIterator[None]:
        """Write lines while the replay runs; also while nothing ends, as then they matter most."""
        self.total = total
        task = asyncio.create_task(self._lines()) if self.count is None else None
        try:
            yield
        finally:
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    async def _lines(self) -> None:
        seconds = 0.0
        while True:
            await asyncio.sleep(EVERY)
            seconds += EVERY
            without = f", {self.failed} without an answer" if self.failed else ""
            runs = plural(self.total, "run")
            self.line(f"replay: {self.done} of {runs} done{without}, after {seconds:.0f} s")
