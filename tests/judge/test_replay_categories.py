"""A category of a large replay, judged from its numbers: good, failing, unseen, and nonsense."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from pytest_caio.evidence.model import Observed, Unobserved
from pytest_caio.evidence.probe_names import REPLAY
from pytest_caio.gates.policy import Policy
from pytest_caio.judge import replay_gate
from pytest_caio.judge.look import Look
from pytest_caio.judge.ruling import rule
from pytest_caio.replay.tally import Ids, Slice, Tally
from pytest_caio.verdict.finding import Outcome, Severity


def data(**more: Any) -> dict[str, Any]:
    """A large replay of a hundred cases in two categories, in which all pass."""
    tally = Tally({"a b": Slice(60, 60, 60), "": Slice(40, 40, 40)})
    return {
        "blind": True, "repeats": 1, "cases": [], "runs": [], "baseline": {}, "planted": [],
        "copied": [], "hollow": [], "ended": "", "in_part": False, "known_names": [],
        "sizes": {"a b": 60, "": 40}, "counts": tally.as_json(), **more,
    }  # fmt: skip


def failing(number: int, must: int = 0) -> dict[str, Any]:
    """Numbers in which so many of the first category fail."""
    part = Slice(60, 60, 60 - number, must, {"late": Ids(number, ["X"])})
    return Tally({"a b": part, "": Slice(40, 40, 40)}).as_json()


def ruling(seen: Any, check: str = "a_b") -> Any:
    """What the check of a category says of it."""
    found = Observed(REPLAY, "here", (), MappingProxyType(seen)) if isinstance(seen, dict) else seen
    look = Look("here", "staging", {REPLAY: found}, Policy(), settings={"case": check})
    return rule(replay_gate.one_case, look)


@pytest.mark.parametrize(
    ("seen", "check", "outcome", "severity"),
    [
        (data(), "a_b", Outcome.PASS, None),
        (data(), "no-category", Outcome.PASS, None),
        (data(), "unheard-of", Outcome.FAIL, None),
        (data(counts=failing(5)), "a_b", Outcome.FAIL, Severity.ADVISORY),
        (data(counts=failing(5)), "no-category", Outcome.PASS, None),
        (data(counts=failing(6)), "a_b", Outcome.FAIL, None),
        (data(counts=failing(1, must=1)), "a_b", Outcome.FAIL, None),
        (data(counts=failing(1), in_part=True), "a_b", Outcome.FAIL, None),
        (data(counts=failing(1), copied=["P"]), "a_b", Outcome.FAIL, None),
        (data(copied=["P"]), "a_b", Outcome.FAIL, None),
        (data(counts=Tally().as_json()), "a_b", Outcome.FAIL, None),
        (data(sizes={"a b": 61, "": 40}), "a_b", Outcome.FAIL, None),
    ],
)
def test_a_category(seen: Any, check: str, outcome: Outcome, severity: Severity | None) -> None:
    """It passes where all its cases do; the budget of a whole set covers what may fail."""
    found = ruling(seen, check)
    assert (found.outcome, found.severity) == (outcome, severity)


@pytest.mark.parametrize(
    "odd",
    [
        Unobserved(REPLAY, "here", "no runner is named"),
        data(counts={}),
        data(counts=None),
        data(counts="many"),
        data(sizes=None),
        data(sizes={"a b": "sixty"}),
        data(counts={**Tally().as_json(), "slices": {"a b": {"passed": "all"}}}),
    ],
)
def test_nonsense_and_nothing_are_never_a_pass(odd: Any) -> None:
    """Neither of the category nor of the rate."""
    assert ruling(odd).outcome not in {Outcome.PASS, Outcome.NOT_APPLICABLE}
