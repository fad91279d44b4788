"""A runner that lives elsewhere: cases go through an executor, which may be a Dask cluster's.

Source: ``docs/replay.md, Many machines``. Dask is imported only where a cluster is named.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from functools import partial
from types import TracebackType
from typing import Any, Self

from pytest_caio.gates.replay_policy import RunnerPolicy
from pytest_caio.observe.replay.case_run import LateError, RunnerError, TransientError
from pytest_caio.observe.replay.remote_case import answer_case

CONNECT = 15
"""Seconds to wait for a scheduler."""

Open = Callable[[], tuple[Executor, Callable[[], None]]]
"""Gives an executor, and what lets go of it."""


class ExecutorRunner:
    """A command or a Python function, asked wherever an executor runs what it is given.

    Each case is given to it once: a worker that dies may have it done anew elsewhere, but one
    answer comes of it. The executor says how often; when that is used up, the case has failed.
    """

    def __init__(self, open_executor: Open, spec: RunnerPolicy, seconds: float) -> None:
        self._open = open_executor
        self._spec = spec
        self._seconds = seconds
        self._executor: Executor | None = None
        self._close: Callable[[], None] = lambda: None

    async def run(self, case: Mapping[str, object]) -> Mapping[str, object]:
        """Have one case answered, and return the answer."""
        assert self._executor is not None
        asked = self._spec.target if self._spec.kind == "python" else self._spec.command
        work = partial(answer_case, self._spec.kind, asked, dict(case), self._seconds)
        came = asyncio.wrap_future(self._executor.submit(work))
        try:
            return _answer(await came)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling() or not came.cancelled():
                raise
            raise RunnerError("the cluster gave the case up: is its scheduler there?") from None
        except Exception as error:
            if type(error).__name__ != "KilledWorker":  # Dask's; it may not be installed
                raise
            text = "each worker that was given this case died: does the runner take its memory?"
            raise RunnerError(f"{text} {error}") from None

    async def __aenter__(self) -> Self:
        """Connect."""
        self._executor, self._close = await asyncio.to_thread(self._open)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let go of the executor; what it still works on is not waited for."""
        await asyncio.to_thread(self._close)


def _answer(came: Mapping[str, Any]) -> Mapping[str, object]:
    if "answer" in came:
        answer: Mapping[str, object] = came["answer"]
        return answer
    if came.get("passing"):
        raise TransientError(came["error"], came.get("after"))
    raise (LateError if came.get("late") else RunnerError)(came["error"])


def on_cluster(address: str, spec: RunnerPolicy, seconds: float) -> ExecutorRunner:
    """Return the runner whose cases a Dask scheduler gives to its workers."""
    return ExecutorRunner(lambda: _dask(address), spec, seconds)


def _dask(address: str) -> tuple[Executor, Callable[[], None]]:
    """Connect to a scheduler; raises ValueError where Dask or the scheduler is not there."""
    try:
        from distributed import Client
    except ImportError:
        text = "--caio-replay-cluster needs Dask: pip install 'pytest-caio[cluster]'"
        raise ValueError(text) from None
    try:
        client: Any = Client(address, timeout=CONNECT, set_as_default=False, name="pytest-caio")  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError) as error:
        raise ValueError(f"no Dask scheduler answers at {address} ({error})") from None
    # pure=False: two cases with the same question are two cases.
    return client.get_executor(pure=False), client.close
