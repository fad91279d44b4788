"""Limits of time and money: advice unless the policy says otherwise; silence is no pass."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from test_replay_gate import look, run

from pytest_caio.gates.policy import Policy
from pytest_caio.gates.replay_policy import LimitsPolicy, ReplayPolicy
from pytest_caio.judge.look import Look
from pytest_caio.judge.replay_limits import within_limits
from pytest_caio.judge.ruling import rule
from pytest_caio.verdict.finding import Outcome, Severity

TWO = ({"cost_usd": 1.0, "total_tokens": 100}, {"cost_usd": 2.0, "total_tokens": 50})


def seen(*numbers: dict[str, Any], **limits: Any) -> Look:
    """A replay whose runs report these numbers, the n-th after n seconds, under these limits."""
    runs = [{**run(f"C{n:03}"), "seconds": n + 1.0, "numbers": m} for n, m in enumerate(numbers)]
    policy = Policy(replay=ReplayPolicy(limits=LimitsPolicy(**limits)))
    return replace(look(len(numbers), runs=runs), policy=policy)


@pytest.mark.parametrize(
    ("numbers", "limits", "outcome", "words"),
    [
        (TWO, {}, Outcome.NOT_APPLICABLE, "sets none; 2 runs, median 1.5 s"),
        (TWO, {"cost_usd": 3}, Outcome.PASS, "3.00 USD, 150 tokens"),
        (TWO, {"cost_usd": 2.5}, Outcome.FAIL, "the cost is 3 USD, the limit 2.5"),
        (TWO, {"tokens": 149}, Outcome.FAIL, "the sum is 150 tokens, the limit 149"),
        (TWO, {"median_seconds": 1}, Outcome.FAIL, "the median is 1.5 s, the limit 1"),
        (TWO, {"p95_seconds": 1.9}, Outcome.FAIL, "the 95th percentile is 2 s, the limit 1.9"),
        (TWO, {"p95_seconds": 2, "median_seconds": 1.5, "tokens": 150}, Outcome.PASS, "2 runs"),
        (({}, {}), {"cost_usd": 3}, Outcome.CANNOT_TELL, "2 runs report no cost_usd"),
        ((TWO[0], {}), {"tokens": 3000}, Outcome.CANNOT_TELL, "1 run report no tokens"),
        ((TWO[0], {}), {"tokens": 30}, Outcome.FAIL, "the sum is 100 tokens"),
        (({}, {}), {"p95_seconds": 5}, Outcome.PASS, "2 runs"),
    ],
)
@pytest.mark.parametrize("severity", ["advisory", "required"])
def test_limits(
    numbers: tuple[dict[str, Any], ...],
    limits: dict[str, Any],
    outcome: Outcome,
    words: str,
    severity: str,
) -> None:
    """Within, beyond, not reported, not set; the severity is the policy's."""
    ruling = rule(within_limits, seen(*numbers, **limits, severity=severity))
    assert ruling.outcome is outcome
    assert words in ruling.observed
    if severity == "advisory":
        assert ruling.severity is None
    elif outcome is not Outcome.NOT_APPLICABLE:
        assert ruling.severity is Severity.REQUIRED


def test_nothing_asked_is_no_pass() -> None:
    """A replay that was cut short before its first run took nothing, and shows nothing."""
    empty = replace(seen(*TWO, cost_usd=3), evidence=look(2, runs=[]).evidence)
    ruling = rule(within_limits, empty)
    assert ruling.outcome is Outcome.CANNOT_TELL
    assert "nothing was asked" in ruling.observed
