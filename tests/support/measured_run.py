"""A gate run over recorded answers in a process of its own: what it takes, and what it found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from large_set import write_large_set

import pytest_caio

_MEASURED = """
import resource, subprocess, sys
ended = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(ended.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


@dataclass(frozen=True)
class Measured:
    """Seconds of CPU and the peak memory, in MB, of a run; and what it says of the pass rate."""

    seconds: float
    megabytes: float
    rate: str


def measured_run(folder: Path, cases: int, one_in: int = 10) -> Measured:
    """Run the gate ``replay`` against the rehearsal over so many cases, some of them wrong."""
    write_large_set(folder, cases, one_in)
    gate = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--caio-env=rehearsal",
            "--caio-profile=deploy", "--caio-report=report", "-m", "replay"]  # fmt: skip
    env = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    env["PYTHONPATH"] = str(Path(pytest_caio.__file__).parents[1])
    ended = subprocess.run(
        [sys.executable, "-c", _MEASURED, *gate],
        cwd=folder, env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    code, seconds, kilobytes = ended.stdout.split()
    verdict = json.loads((folder / "report" / "verdict.json").read_text("utf-8"))
    rate = next((f for f in verdict["findings"] if f["check"] == "pass-rate"), None)
    if int(code) != 1 or rate is None:
        raise RuntimeError(f"{cases} cases: exit code {code}, {rate}")
    return Measured(float(seconds), float(kilobytes) / 1024, rate["observed"])
