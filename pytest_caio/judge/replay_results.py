"""A replay, worked out: each golden case with its runs judged (``docs/replay.md, Judge``)."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_caio.base.messages import listed, shown
from pytest_caio.evidence.model import Observed
from pytest_caio.replay.integrity import copied_nonces, hollow_tools
from pytest_caio.replay.scores import CaseScore, judge_case


@dataclass(frozen=True)
class CaseResult:
    """One golden case: whether all its runs passed, and what the first that did not got."""

    id: str
    passed: bool
    ran: bool
    score: CaseScore | None
    reason: str
    outputs: tuple[str, ...]
    drift: str = ""


@dataclass(frozen=True)
class Replayed:
    """A replay, judged: ``whole`` is False where only a part of the set was asked."""

    cases: Mapping[str, CaseResult]
    whole: bool
    data: Mapping[str, Any]

    @property
    def failures(self) -> list[CaseResult]:
        """The cases that did not pass, in the set's order."""
        return [case for case in self.cases.values() if not case.passed]

    @property
    def total(self) -> int:
        """How many cases the golden set has: the denominator."""
        return len(self.data["cases"])

    @property
    def hollow(self) -> tuple[str, ...]:
        """The cases whose runner named a tool without a visible character."""
        return hollow_tools(self.data["runs"])

    @property
    def copied(self) -> tuple[str, ...]:
        """The planted cases whose made-up words came back."""
        return copied_nonces(self.data["planted"], self.data["runs"])


def work_out(observed: Observed) -> Replayed:
    """Return every case of the evidence, judged."""
    data = observed.data
    runs: dict[str, list[Mapping[str, Any]]] = {}
    for run in data["runs"]:
        runs.setdefault(run["case_id"], []).append(run)
    cases = {
        case["id"]: _case(case, runs.get(case["id"], ()), data["baseline"].get(case["id"]))
        for case in data["cases"]
    }
    return Replayed(cases, all(case.ran for case in cases.values()), data)


def _case(
    case: Mapping[str, Any], runs: Sequence[Mapping[str, Any]], earlier: str | None
) -> CaseResult:
    if not runs:
        return CaseResult(case["id"], False, False, None, "it was not asked", ())
    outputs = tuple(str(run["output"].get("actual_output", "")) for run in runs)
    drift = _drift(earlier, outputs[0]) if not runs[0]["error"] else ""
    last: CaseScore | None = None
    for run in runs:
        if run["error"]:
            return CaseResult(case["id"], False, True, None, run["error"], outputs, drift)
        last = judge_case(case, run["output"], earlier)
        if not last.passed:
            return CaseResult(case["id"], False, True, last, _why(last), outputs, drift)
    return CaseResult(case["id"], True, True, last, "", outputs, drift)


def _drift(earlier: str | None, output: str) -> str:
    """Return what changed since the baseline, as a diff; nothing where nothing did."""
    if earlier is None or earlier == output:
        return ""
    lines = difflib.unified_diff(
        earlier.splitlines(), output.splitlines(), "baseline", "now", lineterm="", n=1
    )
    return "\n".join(list(lines)[:40])


def _why(score: CaseScore) -> str:
    parts = [
        ("missing tools", score.missing_tools),
        ("unexpected tools", score.unexpected_tools),
        ("said what it must not", score.negative_constraints_violated),
        ("unsupported claims", score.unsupported_claims),
    ]
    found = [f"{name}: {listed(map(shown, items), 4)}" for name, items in parts if items]
    return "; ".join(found) or f"overall {score.overall_score:g}, below 4"
