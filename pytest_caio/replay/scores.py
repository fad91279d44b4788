"""The replay's judge: deterministic scores for one case.

Source of every rule: ``docs/replay.md, Judge``. The pass rate has to
mean the same as the one a team already quotes, so each rule is taken literally. Where a
rule leaves a detail open, this module and `measure` decide:

* A missing key, or a null in its place, is empty: no list, no output.
* A scalar where a list is due is a list of one; a tuple is a list; entries become text by `str()`.
* Case is folded by `str.lower()` on both sides, not by `casefold()`: `ß` doesn't match `SS`.
* Text contains the empty string: an empty constraint is always met, and a tool name without a
  visible character matches every tool. (`integrity.hollow_tools` names such runs.)
* "Blank" and "has text" are about visible characters: white space alone is blank.
* An earlier output that is empty is an earlier output; only `None` means that there is none.
* Lists are reported in their own order and spelling, duplicates included.
* Rounding comes before the comparison with 4.0; a mean of four whole numbers is exact either way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pytest_caio.replay.measure import Measured, measure, texts
from pytest_caio.replay.tool_calls import calls, names

PASS_MARK = 4.0
"""The lowest overall score, of 1 to 5 points, that passes."""

AUTOMATIC_FAIL = 2
"""A tool or groundedness score of this many points or fewer fails whatever the mean says."""


@dataclass(frozen=True, slots=True)
class CaseScore:
    """What the judge says of one run of one case.

    `overall_score` is in points (1 to 5), `scores` has four whole points by criterion, and the
    tuples hold the strings behind them as the case or the run spelt them; `missing_words` are the
    positive constraints that the output does not meet. `missing_calls` and `schema_problem` are no
    part of the four scores, but no case passes with one.
    """

    overall_score: float
    passed: bool
    scores: Mapping[str, int]
    missing_tools: tuple[str, ...]
    unexpected_tools: tuple[str, ...]
    negative_constraints_violated: tuple[str, ...]
    unsupported_claims: tuple[str, ...]
    missing_words: tuple[str, ...] = ()
    missing_calls: tuple[str, ...] = ()
    schema_problem: str = ""


def judge_case(
    case: Mapping[str, object],
    run: Mapping[str, object],
    prior_output: str | None = None,
) -> CaseScore:
    """Score one run of one case, as ``docs/replay.md, Judge`` says.

    In: the golden case, the runner's answer and the baseline's output for this id, if any.
    Out: the scores, the verdict and the lists behind them. Raises nothing for odd values: they
    are read as the module's docstring says.
    """
    tools = names(run.get("tool_trace_log"))
    return score(case, measure(case, run, prior_output), tools)


def score(case: Mapping[str, object], measured: Measured, tools: Sequence[str]) -> CaseScore:
    """Score a run by its facts (see `measure`); `tools` are those that it called."""
    expected = texts(case.get("expected_tools"))
    wanted = texts(case.get("positive_constraints"))
    forbidden = texts(case.get("negative_constraints"))
    blank = not measured.has_context
    unsupported = [n for n in measured.met if blank or n not in measured.supported]
    tool_score = _tool_points(len(expected), len(measured.missing), len(measured.unexpected))
    groundedness = _groundedness_points(blank, measured.has_output, len(unsupported))
    scores = {
        "tool_selection_accuracy": tool_score,
        "groundedness": groundedness,
        "completeness": _completeness_points(len(measured.met), len(wanted)),
        "reliability_consistency": _reliability_points(measured.similarity),
    }
    overall = round(sum(scores.values()) / len(scores), 2)
    automatic = tool_score <= AUTOMATIC_FAIL or groundedness <= AUTOMATIC_FAIL
    besides = measured.calls_missing or measured.schema_problem
    passed = not automatic and not measured.violated and not besides and overall >= PASS_MARK
    wanted_calls = calls(case.get("expected_tool_calls"))
    return CaseScore(
        overall,
        passed,
        MappingProxyType(scores),
        missing_tools=tuple(expected[n] for n in measured.missing),
        unexpected_tools=tuple(tools[n] for n in measured.unexpected),
        negative_constraints_violated=tuple(forbidden[n] for n in measured.violated),
        unsupported_claims=tuple(wanted[n] for n in unsupported),
        missing_words=tuple(w for n, w in enumerate(wanted) if n not in measured.met),
        missing_calls=tuple(wanted_calls[n].words() for n in measured.calls_missing),
        schema_problem=measured.schema_problem,
    )


def _tool_points(expected: int, missing: int, unexpected: int) -> int:
    """Apply the rules in their order: one missing of one expected is 3, not 1."""
    if expected == 0:
        return 3
    if missing == 0:
        return 5 if unexpected == 0 else 4
    if missing == 1:
        return 3
    return 2 if missing < expected else 1


def _groundedness_points(blank_context: bool, has_output: bool, unsupported: int) -> int:
    if blank_context:
        return 1 if has_output else 3
    if unsupported == 0:
        return 5
    return 3 if unsupported == 1 else 2


def _completeness_points(met: int, wanted: int) -> int:
    if wanted == 0:
        return 3
    return _steps(met / wanted, (0.9, 0.7, 0.5, 0.3))


def _reliability_points(similarity: float | None) -> int:
    if similarity is None:
        return 4
    return _steps(similarity, (0.90, 0.75, 0.60, 0.40))


def _steps(share: float, thresholds: tuple[float, float, float, float]) -> int:
    """Give 5 points at or above the first threshold, one fewer for each missed, 1 below all."""
    return 5 - sum(share < threshold for threshold in thresholds)
