"""Cases on other machines: a real scheduler, and workers that die, dawdle and come late."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_caio.gates.replay_policy import ReplayPolicy, RunnerPolicy
from pytest_caio.observe.replay.case_run import CaseRun
from pytest_caio.observe.replay.cluster import ExecutorRunner, on_cluster
from pytest_caio.observe.replay.engine import replay
from pytest_caio.replay.golden_set import Case
from pytest_caio.replay.replay_settings import plan_replay
from pytest_caio.settings.options import Options

ROOT = Path(__file__).parents[3]

RUNNER = """
import json, os, sys, time
case = json.load(sys.stdin)
name = case["input_query"]
assert not [n for n in os.environ if n.startswith("CAIO_") and n.endswith("_TOKEN")]
if name == "breaks":
    sys.exit("no such lead")
if name == "passes by":
    sys.exit(75)
if name == "kills":
    with open(os.environ["TRIED"], "a") as file:
        file.write("once more\\n")
    os.kill(os.getppid(), 9)
time.sleep(float(os.environ.get("DAWDLE", "0")))
print(json.dumps({"actual_output": "asked " + name}))
"""


def cases(*names: str) -> list[Case]:
    """Cases with these questions."""
    return [Case(f"C{n:03}", name, (), (), ()) for n, name in enumerate(names)]


def spec(folder: Path) -> RunnerPolicy:
    """The runner, by its command."""
    (folder / "runner.py").write_text(RUNNER)
    return RunnerPolicy("command", command=f"'{sys.executable}' -S '{folder / 'runner.py'}'")


def threads(seen: list[tuple[Any, ...]]) -> ExecutorRunner:
    """A runner by an executor of the standard library's, which notes what it is given."""

    class Noting(ThreadPoolExecutor):
        def submit(self, *work: Any, **more: Any) -> Any:
            seen.append((work[0].args, more))
            return super().submit(*work, **more)

    def opened() -> tuple[Executor, Any]:
        pool = Noting(2)
        return pool, pool.shutdown

    return SimpleNamespace(open=opened)  # type: ignore[return-value]


def test_any_executor_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers, errors and errors that pass come back as of a runner here; no token is handed on."""
    monkeypatch.setenv("CAIO_PROD_TOKEN", "very-secret-token")
    seen: list[tuple[Any, ...]] = []
    runner = ExecutorRunner(threads(seen).open, spec(tmp_path), 20)  # type: ignore[attr-defined]
    asked = cases("a", "breaks", "passes by", "b")
    runs = asyncio.run(replay(asked, runner, workers=2, case_timeout=30))
    assert [run.output.get("actual_output") for run in runs] == ["asked a", None, None, "asked b"]
    assert "no such lead" in str(runs[1].error)
    assert runs[2].passing
    assert len(runs[2].retried) == 2
    assert "very-secret-token" not in repr(seen)
    assert len(seen) == 6  # the one that passes by was asked three times


def test_an_address_is_one(tmp_path: Path) -> None:
    """Anything else is a mistake, before anything is asked."""
    for odd in ("host:8786", "http://host:1", "tcp://user:pw@host:1", "tcp://host"):
        with pytest.raises(ValueError, match="like tcp://HOST:8786"):
            plan_replay(Options((), replay_cluster=odd), ReplayPolicy(), {})


@pytest.mark.slow
def test_no_scheduler_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The runner can't be used, and why."""
    pytest.importorskip("distributed")
    monkeypatch.setattr("pytest_caio.observe.replay.cluster.CONNECT", 0.2)
    runner = on_cluster("tcp://127.0.0.1:9", spec(tmp_path), 20)
    with pytest.raises(ValueError, match="no Dask scheduler answers at tcp:"):
        asyncio.run(replay(cases("a"), runner, workers=1))


@contextmanager
def process(*argv: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is gone afterwards."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    with subprocess.Popen([sys.executable, "-m", *argv], env=env, stderr=subprocess.DEVNULL) as own:
        try:
            yield own
        finally:
            own.kill()


@contextmanager
def scheduler(folder: Path, allowed_failures: int = 3) -> Iterator[str]:
    """A scheduler on a free port of this machine; gives its address."""
    file = folder / "scheduler.json"
    own = ("distributed.cli.dask_scheduler", "--host=127.0.0.1", "--port=0", "--no-dashboard")
    allowed = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(allowed_failures)}
    with process(*own, "--no-jupyter", f"--scheduler-file={file}", **allowed):
        yield _address(file)


def worker(address: str, **environment: str) -> Any:
    """A worker process of one thread, without one that would start it anew."""
    return process(
        "distributed.cli.dask_worker", address, "--nthreads=1", "--no-nanny", "--no-dashboard",
        **environment,
    )  # fmt: skip


@pytest.mark.slow
def test_workers_die_dawdle_and_come_late(tmp_path: Path) -> None:
    """The result is that of one machine: nothing is lost, nothing counts twice."""
    pytest.importorskip("distributed")
    names = [f"lead {n}" for n in range(40)]
    with ExitStack() as stack:
        address = stack.enter_context(scheduler(tmp_path))
        dying = stack.enter_context(worker(address))
        stack.enter_context(worker(address, DAWDLE="0.5"))
        done: list[str] = []

        def told(count: int, total: int, run: CaseRun) -> None:
            done.append(run.case_id)
            if count == 8:
                dying.kill()
                stack.enter_context(worker(address))

        runner = on_cluster(address, spec(tmp_path), 60)
        runs = asyncio.run(
            replay(cases(*names), runner, workers=6, case_timeout=90, on_progress=told)
        )
    assert [run.error for run in runs] == [None] * 40
    assert [run.output["actual_output"] for run in runs] == [f"asked {name}" for name in names]
    assert sorted(done) == [run.case_id for run in runs]


@pytest.mark.slow
def test_a_case_that_kills_its_workers_fails(tmp_path: Path) -> None:
    """After as many as the scheduler allows; it is not given to every worker there is."""
    pytest.importorskip("distributed")
    tried = tmp_path / "tried"
    with ExitStack() as stack:
        address = stack.enter_context(scheduler(tmp_path, allowed_failures=1))
        for _ in range(3):
            stack.enter_context(worker(address, TRIED=str(tried)))
        runner = on_cluster(address, spec(tmp_path), 60)
        killing = asyncio.run(replay(cases("kills"), runner, workers=1, case_timeout=60))
        after = asyncio.run(replay(cases("fine"), runner, workers=1, case_timeout=60))
    assert "each worker that was given this case died" in str(killing[0].error)
    assert len(tried.read_text().splitlines()) == 2
    assert after[0].error is None


def _address(file: Path) -> str:
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        if file.exists() and file.stat().st_size:
            return str(json.loads(file.read_text("utf-8"))["address"])
        time.sleep(0.1)
    raise TimeoutError(file)
