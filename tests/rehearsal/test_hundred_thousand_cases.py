"""A hundred thousand golden cases: as much memory as ten thousand, and as much time for each."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from measured_run import measured_run

pytestmark = [
    pytest.mark.slow,  # about half a minute
    pytest.mark.skipif(
        sys.platform != "linux", reason="peak memory is measured as Linux counts it"
    ),
]


def test_a_hundred_thousand_cases(tmp_path: Path) -> None:
    """Peak memory, and CPU of each case, against ten thousand; and every case is in the rate."""
    nothing = measured_run(tmp_path, 100)
    some, many = measured_run(tmp_path, 10_000), measured_run(tmp_path, 100_000)
    assert "(90000 of 100000)" in many.rate
    assert many.megabytes / some.megabytes <= 1.3
    each = [(run.seconds - nothing.seconds) / n for run, n in ((some, 10_000), (many, 100_000))]
    assert each[1] <= 1.3 * each[0]
    with (tmp_path / "report" / "answers.jsonl").open("rb") as lines:
        assert sum(1 for _ in lines) == 100_000
