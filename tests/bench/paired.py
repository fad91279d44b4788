"""Commands in turn, again and again: what each takes of the clock, the processor, the memory."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Took:
    """Seconds of the clock and of the processor, and the most memory, in megabytes."""

    wall: float
    cpu: float
    memory: float


def took(command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> Took:
    """Run a whole process in ``folder`` and return what it took, whatever its exit code."""
    # Python keeps what it has compiled, as an installed package does.
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CAIO_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env={**kept, **variables},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    return Took(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def least(
    commands: Mapping[str, Sequence[str]], folder: Path, variables: Mapping[str, str], times: int
) -> dict[str, Took]:
    """Return the least that each took of so many times: what others did meanwhile is not in it."""
    found: dict[str, list[Took]] = {name: [] for name in commands}
    for _ in range(times):
        for name, command in commands.items():
            found[name].append(took(command, folder, variables))
    return {name: least_of(all_) for name, all_ in found.items()}


def least_of(all_: Sequence[Took]) -> Took:
    """Return the least of each, whichever run it was of."""
    return Took(*(min(getattr(one, part) for one in all_) for part in ("wall", "cpu", "memory")))
