"""What came of a golden case: its runs, judged (``docs/replay.md, Judge``)."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pytest_caio.base.messages import listed, shown
from pytest_caio.replay.measure import Measured
from pytest_caio.replay.scores import CaseScore, score


@dataclass(frozen=True)
class CaseResult:
    """One golden case: whether all its due runs passed, and what the first that did not got.

    ``ran`` is whether all of them took place; ``digests`` tells the outputs of its answers apart;
    ``run`` is the run that decided, as the evidence keeps it, and ``seconds`` the longest.
    ``cause`` is the kind of the reason, without what is the case's own.
    """

    case: Mapping[str, Any]
    passed: bool
    ran: bool
    score: CaseScore | None
    reason: str
    digests: tuple[str, ...] = ()
    drift: str = ""
    run: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    cause: str = ""

    @property
    def id(self) -> str:
        """The case's id in the set."""
        return str(self.case["id"])


def case_result(
    case: Mapping[str, Any], runs: Sequence[Mapping[str, Any]], data: Mapping[str, Any]
) -> CaseResult:
    """Return what came of a case; `data` has the replay's repeats, baseline and how it ended."""
    if not runs:
        reason = f"it was not asked{ended(data)}"
        if data.get("in_part"):
            reason = "it was not selected in this run"
        return CaseResult(case, False, False, None, reason, cause="not asked")
    result = CaseResult(
        case,
        passed=False,
        ran=len(runs) >= data["repeats"],
        score=None,
        reason="",
        digests=tuple(run["facts"]["digest"] for run in runs if "facts" in run),
        drift=_drift(data["baseline"].get(case["id"]), runs[0].get("answer")),
        run=runs[-1],
        seconds=max(run["seconds"] for run in runs),
    )
    for run in runs:
        if run["error"]:
            cause = run["error"].partition(": ")[0]
            return replace(result, reason=run["error"], run=run, cause=cause)
        scored = score(case, Measured.of_json(run["facts"]), run["tools"])
        result = replace(result, score=scored, run=run)
        if not scored.passed:
            return replace(result, reason=why(scored), cause=_cause(scored))
    if not result.ran:
        missing = data["repeats"] - len(runs)
        reason = f"{missing} of its {data['repeats']} runs did not take place"
        return replace(result, reason=reason, cause="some of its runs did not take place")
    return replace(result, passed=True)


def ended(data: Mapping[str, Any]) -> str:
    """Return why the replay ended before its time, as the tail of a sentence."""
    why = data["ended"].removeprefix("not run: ")
    return f": {why}" if why else ""


def _drift(earlier: str | None, output: str | None) -> str:
    """Return what changed since the baseline, as a diff; nothing where nothing did."""
    if earlier is None or output is None or earlier == output:
        return ""
    lines = difflib.unified_diff(
        earlier.splitlines(), output.splitlines(), "baseline", "now", lineterm="", n=1
    )
    return "\n".join(list(lines)[:40])


def why(score: CaseScore) -> str:
    """Return why a run does not pass, with the words and tools that it is about."""
    found = [f"{name}: {listed(map(shown, items), 4)}" for name, items in _parts(score).items()]
    return "; ".join(found) or f"overall {score.overall_score:g}, below 4"


def _cause(score: CaseScore) -> str:
    return listed(_parts(score)) or "the overall score is below 4"


def _parts(score: CaseScore) -> dict[str, tuple[str, ...]]:
    parts = {
        "missing tools": score.missing_tools,
        "unexpected tools": score.unexpected_tools,
        "said what it must not": score.negative_constraints_violated,
        "unsupported claims": score.unsupported_claims,
        "missing words": score.missing_words,
        "missing tool calls": score.missing_calls,
        "output breaks its schema": tuple(filter(None, [score.schema_problem])),
    }
    return {name: items for name, items in parts.items() if items}
