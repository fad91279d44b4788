"""A clock that jumps ahead whenever everything waits, so that no test waits for time to pass."""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Coroutine
from typing import Any, TypeVar
from unittest.mock import patch

T = TypeVar("T")


class _Jumping(selectors.DefaultSelector):
    """A selector that does not wait for its time-out, but moves the clock on by it."""

    now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if not ready and timeout is None:
            ready = super().select(0.05)
        elif not ready and timeout:
            self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop by that clock. What takes no time on it is done at once."""

    def __init__(self) -> None:
        self.clock = _Jumping()
        super().__init__(self.clock)

    def time(self) -> float:
        return self.clock.now


def run_virtually(work: Coroutine[Any, Any, T]) -> tuple[T, float]:
    """Return what ``work`` returns, and the virtual seconds that it took."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        loop = runner.get_loop()
        # Retries ask this clock how long they have been at it.
        with patch.object(time, "monotonic", loop.time):
            return runner.run(work), loop.time()
