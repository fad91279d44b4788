"""Replay, one after the other against many at once, within one run of this script.

A script, not a test: it prints seconds and ratios. Each case takes the runner 0.2 s.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from pytest_caio.observe.replay.engine import CommandRunner, replay
from pytest_caio.replay.golden_set import Case

NEEDS = 0.2
CASES = [Case(f"B_{n:03}", "May we write?", (), (), ()) for n in range(60)]

ONCE = """
import sys, time
sys.stdin.read()
time.sleep(0.2)
print('{"actual_output": "yes"}')
"""

LINES = """
import sys, time
for _ in sys.stdin:
    time.sleep(0.2)
    print('{"actual_output": "yes"}', flush=True)
"""


def measure(name: str, path: Path, workers: int, *, keep_alive: bool) -> None:
    """Replay all cases once and print what it took, and against what is due."""
    runner = CommandRunner([sys.executable, "-S", str(path)], keep_alive=keep_alive)
    began = time.perf_counter()
    runs = asyncio.run(replay(CASES, runner, workers=workers))
    took = time.perf_counter() - began
    due = len(CASES) * NEEDS / workers
    failed = sum(run.error is not None for run in runs)
    print(f"{name:32} {workers:2} workers {took:6.2f} s = {took / due:.2f} × due, {failed} failed")


def main() -> None:
    """Measure both ways of running, one at a time and many at a time."""
    with tempfile.TemporaryDirectory() as folder:
        once, lines = Path(folder, "once.py"), Path(folder, "lines.py")
        once.write_text(ONCE, encoding="utf-8")
        lines.write_text(LINES, encoding="utf-8")
        for workers in (1, 4, 8):
            measure("a process per case", once, workers, keep_alive=False)
            measure("kept alive", lines, workers, keep_alive=True)


if __name__ == "__main__":
    main()
