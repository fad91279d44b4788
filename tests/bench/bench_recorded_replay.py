"""A whole gate run over recorded answers: CPU for each case, and peak memory, by size.

    python tests/bench/bench_recorded_replay.py [CASES ...]

A script, not a test. Each size runs in a process of its own, against the rehearsal: from the golden
set on disk to the report on disk. One in ten answers is wrong. What a run of a hundred cases takes
is what the process costs without cases; it is taken off the CPU, not off the memory.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from measured_run import measured_run


def main() -> None:
    """Print both figures by size, and the largest against the one before it."""
    sizes = [int(arg) for arg in sys.argv[1:]] or [10_000, 100_000]
    memory = []
    with tempfile.TemporaryDirectory() as folder:
        nothing = measured_run(Path(folder), 100)
        print(f"{100:>9,} cases {nothing.seconds:7.2f} s of CPU, {nothing.megabytes:6.0f} MB")
        for cases in sizes:
            took = measured_run(Path(folder), cases)
            memory.append(took.megabytes)
            each = (took.seconds - nothing.seconds) / cases * 1000
            print(
                f"{cases:>9,} cases {took.seconds:7.2f} s of CPU, {took.megabytes:6.0f} MB", end=""
            )
            print(f", {each:.3f} ms for each case")
    if len(memory) > 1:
        print(f"memory: {memory[-1] / memory[-2]:.2f} ×")


if __name__ == "__main__":
    main()
