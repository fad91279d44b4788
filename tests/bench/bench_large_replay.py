"""A replay of ten thousand cases, of which a thousand fail, against one of a tenth of the size.

A script, not a test: it prints seconds of CPU, and how many times as long the large one takes; ten
times is what is due. No runner is asked: from evidence to the report on disk.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from many_cases import many_cases

from pytest_caio.evidence.har import from_har, to_har
from pytest_caio.evidence.model import EvidenceFile
from pytest_caio.judge.judging import conclude, judge_all
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.report import console
from pytest_caio.report.folder import write_report
from pytest_caio.report.html import html
from pytest_caio.report.junit import junit


def steps(total: int, folder: Path) -> dict[str, float]:
    """Return the seconds of CPU of each step for so many cases, a tenth of which fail."""
    took: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        began = time.process_time()
        found = work()
        took[name] = time.process_time() - began
        return found

    snapshot, evidence = many_cases(total, total // 10)
    ran = frozenset(planned.key for planned in snapshot.plan)
    judges = {judge.name: judge for judge in standard_judges()}
    findings = timed("judge", lambda: judge_all(snapshot, evidence, judges, ran))
    result = conclude(snapshot, evidence, findings)
    timed("html", lambda: html(result))
    timed("junit", lambda: junit(result))
    timed("console", lambda: list(console.lines(result)))
    timed("har, written and read", lambda: from_har(to_har(evidence)))
    fresh = replace(result, evidence=EvidenceFile(evidence.started_at, evidence.evidence))
    timed("the whole report", lambda: write_report(folder, fresh, Redactor()))
    return took


def main() -> None:
    """Measure both sizes within this run, and print one against the other."""
    with tempfile.TemporaryDirectory() as folder:
        steps(100, Path(folder))  # imports and templates are paid for once
        small, large = steps(1_000, Path(folder)), steps(10_000, Path(folder))
    for name, seconds in large.items():
        print(f"{name:24} {seconds:6.2f} s = {seconds / max(small[name], 1e-3):5.1f} × a tenth")
    print(f"{'in all':24} {sum(large.values()):6.2f} s")


if __name__ == "__main__":
    main()
