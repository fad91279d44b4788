"""One environment more at two hundred against one more at four; and judging two hundred again.

    python tests/bench/bench_many.py [MOST]

Seconds of the processor, of whole runs on loopback, without a browser. Takes some minutes.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from bench_gate import gate
from many_served import Served, many_served
from paired import Took, least_of, took

from pytest_caio.evidence.har import to_har
from pytest_caio.judge.judging import conclude, judge_all
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.privacy.outputs import redacted
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.report.folder import verdict_bytes
from pytest_caio.report.kept_report import read_report

FEW, SOME = 4, 24
TIMES = 3


def ran(served: Served, folder: Path, counts: Sequence[int]) -> list[Took]:
    """Return what a run of each number of environments with a report took, at least.

    They run in turn: what else the machine does for a while is then in all of them, or in none.
    """
    found: list[list[Took]] = [[] for _ in counts]
    for _ in range(TIMES):
        for count, of_count in zip(counts, found, strict=True):
            some = served.first(count)
            command = [*gate(some), f"--caio-report={folder / 'out'}"]
            of_count.append(took(command, folder, some.variables))
    return [least_of(of_count) for of_count in found]


def judging(report: Path) -> float:
    """Return the seconds that the run itself took from its evidence to its verdict."""
    kept = read_report(report)
    judges = {judge.name: judge for judge in standard_judges()}
    began = time.process_time()
    to_har(kept.evidence)
    findings = redacted(judge_all(kept.snapshot, kept.evidence, judges, kept.ran), Redactor())
    verdict_bytes(conclude(kept.snapshot, kept.evidence, findings))
    return time.process_time() - began


def main() -> None:
    """Print the ratios."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with many_served(most) as served, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few, some, half, whole = ran(served, folder, (FEW, SOME, most // 2, most))
        page = (folder / "out" / "report.html").stat().st_size
        again = took([sys.executable, "-m", "pytest_caio", "judge", "out"], folder, {})
        first = judging(folder / "out")
    early = (some.cpu - few.cpu) / (SOME - FEW)
    late = (whole.cpu - half.cpu) / (most - most // 2)
    print(f"one environment more: {early:.3f} s at {FEW}, {late:.3f} s at {most}")
    print(f"at {most} ÷ at {FEW}: {late / early:.2f}")
    print(f"memory at {most}: {whole.memory:.0f} MB = {whole.memory / some.memory:.1f} × at {SOME}")
    print(f"report.html at {most}: {page / 1e6:.1f} MB")
    print(f"caio judge ÷ the run's own judging: {again.cpu:.2f} s ÷ {first:.2f} s")
    print(f"  = {again.cpu / first:.2f}")


if __name__ == "__main__":
    main()
