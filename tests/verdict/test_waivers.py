"""Waivers: which failure, where, and until when."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_caio.verdict.finding import Finding, Outcome, Severity
from pytest_caio.verdict.waivers import Waiver, apply

TODAY = date(2026, 2, 24)
NOW = datetime(2026, 2, 24, 23, 59, tzinfo=UTC)


def finding(outcome: Outcome, environment: str = "production") -> Finding:
    """A finding of ``ramp.limits``."""
    return Finding(
        "ramp", "limits", environment, "T", Severity.REQUIRED, outcome, "e", "o", "r", "P"
    )


def waiver(days: int = 5, environment: str = "production", check: str = "ramp.limits") -> Waiver:
    """A waiver that ends in so many days."""
    return Waiver(check, environment, "known", "PTO", TODAY + timedelta(days=days))


@given(st.sampled_from(Outcome), st.integers(-400, 400))
def test_what_becomes_of_a_finding(outcome: Outcome, days: int) -> None:
    """Within its days it turns what is not met into waived; outside it is itself a failure."""
    after = apply(finding(outcome), [waiver(days)], NOW)
    if not 0 <= days <= 30:
        assert after.outcome is Outcome.FAIL
        assert ("expired" in after.observed) is (days < 0)
    elif outcome in {Outcome.PASS, Outcome.NOT_APPLICABLE}:
        assert after.outcome is outcome
        assert after.waiver.startswith("no longer needed")
    else:
        assert after.outcome is Outcome.WAIVED
        assert after.observed == f"{outcome}: o"


@pytest.mark.parametrize(
    ("environment", "applies"),
    [("production", True), ("prod", True), ("PROD", True), ("all", True), ("staging", False)],
)
def test_where_it_holds(environment: str, applies: bool) -> None:
    """An environment by any of its names, or all of them."""
    after = apply(finding(Outcome.FAIL), [waiver(environment=environment)], NOW)
    assert (after.outcome is Outcome.WAIVED) is applies


@pytest.mark.parametrize("check", ["ramp", "limits", "ramp.limit", "ramp.limits.x", ""])
def test_another_check(check: str) -> None:
    """Only the check that it names, by its whole name."""
    assert apply(finding(Outcome.FAIL), [waiver(check=check)], NOW) == finding(Outcome.FAIL)


def test_the_first_of_several_counts() -> None:
    """So a renewed waiver that was added below an expired one is seen: the old one must go."""
    after = apply(finding(Outcome.FAIL), [waiver(-1), waiver(5)], NOW)
    assert after.outcome is Outcome.FAIL
    assert after.waiver == "waived by PTO until Mon 23 Feb: known"
