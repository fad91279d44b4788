"""One environment more is judged by as much work as the one before, however many there are.

Counted are the calls of functions, which no other work on the machine changes.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from deployments import g2

from pytest_caio.evidence.model import EvidenceFile
from pytest_caio.gates.files import packaged_folder, read_folder
from pytest_caio.gates.plan import Gates, make_plan
from pytest_caio.judge.judging import judge_all
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.verdict.result import ShownEnvironment, Snapshot

JUDGES = {judge.name: judge for judge in standard_judges()}
FEW, MORE, MANY = 4, 8, 64


def calls(count: int) -> int:
    """How many functions are called to judge so many environments, all of them in good order."""
    names = tuple(f"many-{number}" for number in range(count))
    gates, _ = read_folder(packaged_folder())
    plan = tuple(make_plan(Gates(tuple(gates)), "preflight", names, ()))
    shown = tuple(ShownEnvironment(name, "staging", f"https://{name}.example") for name in names)
    seen = {(name, probe): found for name in names for probe, found in g2(name).items()}
    evidence = EvidenceFile(datetime.now(UTC), seen)
    snapshot = Snapshot("preflight", shown, plan)
    counted = 0

    def count_one(frame: Any, event: str, argument: Any) -> None:
        nonlocal counted
        counted += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count_one)
    try:
        findings = judge_all(snapshot, evidence, JUDGES, {p.key for p in plan})
    finally:
        sys.setprofile(before)
    assert len(findings) == len(plan)
    return counted


@pytest.mark.skipif(sys.getprofile() is not None, reason="somebody else counts")
def test_one_environment_more_costs_as_much_as_the_one_before() -> None:
    """Of a square, the last ones would cost eight times as much."""
    calls(1)  # What is worked out once and kept.
    few, more, half, many = (calls(count) for count in (FEW, MORE, MANY // 2, MANY))
    early, late = (more - few) / (MORE - FEW), (many - half) / (MANY // 2)
    assert late < 1.1 * early, (early, late)
