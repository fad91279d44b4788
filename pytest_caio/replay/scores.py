"""The replay's judge: deterministic scores for one case.

Source of every rule: ``docs/replay.md, Judge``. The pass rate has to
mean the same as the one a team already quotes, so each rule is taken literally. Where a
rule leaves a detail open, this module decides:

* A missing key, or a null in its place, is empty: no list, no output.
* A scalar where a list is due is a list of one; a tuple is a list; entries become text by `str()`.
* Case is folded by `str.lower()` on both sides, not by `casefold()`: `ß` doesn't match `SS`.
* Text contains the empty string: an empty constraint is always met, and a tool name without a
  visible character matches every tool. (`replay_integrity.hollow_tools` names such runs.)
* "Blank" and "has text" are about visible characters: white space alone is blank.
* An earlier output that is empty is an earlier output; only `None` means that there is none.
* Lists are reported in their own order and spelling, duplicates included.
* Rounding comes before the comparison with 4.0; a mean of four whole numbers is exact either way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from types import MappingProxyType

PASS_MARK = 4.0
"""The lowest overall score, of 1 to 5 points, that passes."""

AUTOMATIC_FAIL = 2
"""A tool or groundedness score of this many points or fewer fails whatever the mean says."""

Ratio = Callable[[str, str], float]


@dataclass(frozen=True, slots=True)
class CaseScore:
    """What the judge says of one run of one case.

    `overall_score` is in points (1 to 5), `scores` has four whole points by criterion, and the
    tuples hold the strings behind them as the case or the run spelt them.
    """

    overall_score: float
    passed: bool
    scores: Mapping[str, int]
    missing_tools: tuple[str, ...]
    unexpected_tools: tuple[str, ...]
    negative_constraints_violated: tuple[str, ...]
    unsupported_claims: tuple[str, ...]


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
    expected = _texts(case.get("expected_tools"))
    wanted = _texts(case.get("positive_constraints"))
    tools = _texts(run.get("tool_trace_log"))
    output = _text(run.get("actual_output"))
    context = "\n".join(_texts(run.get("rag_context_chunks")))

    missing = tuple(e for e in expected if not any(_same_tool(e, a) for a in tools))
    unexpected = tuple(a for a in tools if not any(_same_tool(e, a) for e in expected))
    met = tuple(c for c in wanted if _contains(output, c))
    blank = not context.strip()
    unsupported = tuple(c for c in met if blank or not _contains(context, c))
    forbidden = _texts(case.get("negative_constraints"))
    violated = tuple(c for c in forbidden if _violates(output.lower(), c))
    tool_score = _tool_points(len(expected), len(missing), len(unexpected))
    groundedness = _groundedness_points(blank, bool(output.strip()), len(unsupported))
    scores = {
        "tool_selection_accuracy": tool_score,
        "groundedness": groundedness,
        "completeness": _completeness_points(len(met), len(wanted)),
        "reliability_consistency": _reliability_points(prior_output, output),
    }
    overall = round(sum(scores.values()) / len(scores), 2)
    failed = tool_score <= AUTOMATIC_FAIL or groundedness <= AUTOMATIC_FAIL or bool(violated)
    passed = not failed and overall >= PASS_MARK
    lists = (missing, unexpected, violated, unsupported)
    return CaseScore(overall, passed, MappingProxyType(scores), *lists)


@cache  # an import that fails is tried anew each time, and costs more than a short comparison
def similarity() -> Ratio:
    """Choose the function that compares two outputs (0 to 1): compiled if there, else difflib's.

    Both give the same ratios; the extra `fast` brings the compiled one.
    """
    try:
        from cydifflib import SequenceMatcher as Compiled
    except ImportError:
        return stdlib_ratio
    return lambda earlier, output: float(Compiled(None, earlier, output).ratio())


def stdlib_ratio(earlier: str, output: str) -> float:
    """Return how alike two outputs are (``docs/replay.md, Reliability``)."""
    return SequenceMatcher(None, earlier, output).ratio()


def normalise_tool(name: str) -> str:
    """Return a tool's name in lower case and without any white space."""
    return "".join(name.lower().split())


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _texts(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return tuple(str(entry) for entry in value)
    return (str(value),)


def _same_tool(expected: str, actual: str) -> bool:
    e, a = normalise_tool(expected), normalise_tool(actual)
    return e in a or a in e


def _contains(text: str, constraint: str) -> bool:
    return constraint.lower() in text.lower()


def _violates(lowered_output: str, constraint: str) -> bool:
    forbidden = constraint.strip().lower().rstrip(".").removeprefix("do not ")
    return forbidden != "" and forbidden in lowered_output


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


def _reliability_points(earlier: str | None, output: str) -> int:
    if earlier is None:
        return 4
    return _steps(similarity()(str(earlier), output), (0.90, 0.75, 0.60, 0.40))


def _steps(share: float, thresholds: tuple[float, float, float, float]) -> int:
    """Give 5 points at or above the first threshold, one fewer for each missed, 1 below all."""
    return 5 - sum(share < threshold for threshold in thresholds)
