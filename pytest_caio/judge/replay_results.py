"""A replay, worked out: each golden case with its runs judged (``docs/replay.md, Judge``)."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from pytest_caio.base.messages import listed, shown
from pytest_caio.evidence.model import Observed
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


@dataclass(frozen=True)
class Replayed:
    """A replay, judged: ``whole`` is False where only a part of the set was asked."""

    cases: Mapping[str, CaseResult]
    whole: bool
    data: Mapping[str, Any]

    @property
    def in_part(self) -> bool:
        """Whether only some cases were asked because only they were selected."""
        return bool(self.data.get("in_part"))

    @cached_property
    def reused(self) -> int:
        """How many cases have their answers from an earlier report."""
        return len({run["case_id"] for run in self.data["runs"] if run.get("reused")})

    @cached_property
    def failures(self) -> list[CaseResult]:
        """The cases that did not pass, in the set's order."""
        return [case for case in self.cases.values() if not case.passed]

    @cached_property
    def categories(self) -> Mapping[str, tuple[int, int]]:
        """How many cases passed, of how many, by category; cases without one are left out."""
        rates: dict[str, tuple[int, int]] = {}
        for case in self.cases.values():
            if name := case.case.get("category"):
                passed, total = rates.get(name, (0, 0))
                rates[name] = (passed + case.passed, total + 1)
        return rates

    @cached_property
    def unanswered(self) -> list[CaseResult]:
        """The cases that failed over an error that passes by itself, whatever was retried."""
        return [case for case in self.failures if case.run.get("passing")]

    @cached_property
    def asked_again(self) -> list[CaseResult]:
        """The cases of which some run was asked again after such an error."""
        retried = {run["case_id"] for run in self.data["runs"] if run.get("retried")}
        return [case for case in self.cases.values() if case.id in retried]

    @property
    def total(self) -> int:
        """How many cases the golden set has: the denominator."""
        return len(self.data["cases"])

    @property
    def hollow(self) -> tuple[str, ...]:
        """The cases whose runner named a tool without a visible character."""
        return tuple(self.data["hollow"])

    @property
    def copied(self) -> tuple[str, ...]:
        """The planted cases whose made-up words came back."""
        return tuple(self.data["copied"])


def work_out(observed: Observed) -> Replayed:
    """Return every case of the evidence, judged."""
    data = observed.data
    runs: dict[str, list[Mapping[str, Any]]] = {}
    for run in data["runs"]:
        runs.setdefault(run["case_id"], []).append(run)
    cases = {case["id"]: _case(case, runs.get(case["id"], ()), data) for case in data["cases"]}
    whole = all(case.ran for case in cases.values()) and not data.get("in_part")
    return Replayed(cases, whole, data)


def _case(
    case: Mapping[str, Any], runs: Sequence[Mapping[str, Any]], data: Mapping[str, Any]
) -> CaseResult:
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
