"""The arithmetic of the pass rate, against published values and its own laws."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_caio.replay.statistics import (
    MOST_CASES,
    budget,
    cases_needed,
    exact,
    margin,
    meets,
    wilson,
)

counts = st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
rates = st.integers(0, 1000).map(lambda n: f"{n / 1000:.3f}")


@pytest.mark.parametrize(
    ("passed", "total", "minimum", "met"),
    [
        (57, 60, 0.95, True),
        (56, 60, 0.95, False),
        (19, 20, 0.95, True),
        (18, 20, 0.95, False),
        (57, 60, "0.95", True),
        (57, 60, Fraction(19, 20), True),
        (29, 100, 0.29, True),
        (28, 100, 0.29, False),
        (7, 10, 0.7, True),
        (0, 0, 0.0, False),
        (0, 1, 0, True),
        (1, 1, 1, True),
        (99_999, 100_000, 1.0, False),
    ],
)
def test_meets_is_exact(passed: int, total: int, minimum: float, met: bool) -> None:
    """A rate that is met to the case is met, whatever binary fractions make of it."""
    assert meets(passed, total, minimum) is met


@pytest.mark.parametrize(
    ("total", "minimum", "failures"),
    [(60, 0.95, 3), (20, 0.95, 1), (19, 0.95, 0), (0, 0.95, 0), (100, 0.71, 29), (10, 0.9, 1)],
)
def test_budget_of_known_sets(total: int, minimum: float, failures: int) -> None:
    """The budget is the share of failures that the rate leaves, rounded down, exactly."""
    assert budget(total, minimum) == failures


@pytest.mark.parametrize(("passed", "more"), [(60, 4), (57, 1), (56, 0), (55, -1)])
def test_margin_of_sixty(passed: int, more: int) -> None:
    """Of 60 cases at 0.95, the fourth failure is the one too many."""
    assert margin(passed, 60, 0.95) == more


def test_margin_without_cases() -> None:
    """No cases leave no margin."""
    assert margin(0, 0, 0.95) == 0


@given(counts, rates)
def test_budget_is_the_most_that_still_meets(count: tuple[int, int], minimum: str) -> None:
    """One failure within the budget meets the rate, one more doesn't; the margin says which."""
    passed, total = count
    allowed = budget(total, minimum)
    if total:
        assert meets(total - allowed, total, minimum)
        assert (margin(passed, total, minimum) > 0) == meets(passed, total, minimum)
    if allowed < total:
        assert not meets(total - allowed - 1, total, minimum)


@pytest.mark.parametrize("rate", ["95 %", "nan", float("nan"), 1.01, -0.1, "", "1/0", float("inf")])
def test_a_rate_is_a_share(rate: float) -> None:
    """What isn't a number from 0 to 1 is refused with what is allowed."""
    with pytest.raises(ValueError, match="from 0 to 1"):
        exact(rate)


# Newcombe (1998), "Two-sided confidence intervals for the single proportion", table I, method 3.
@pytest.mark.parametrize(
    ("passed", "total", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_against_newcombe(passed: int, total: int, low: float, high: float) -> None:
    """The interval is the published one to four digits."""
    assert wilson(passed, total) == pytest.approx((low, high), abs=5e-5)


def test_wilson_of_fifty_seven_in_sixty() -> None:
    """57 of 60 meet 0.95, and don't show it: the interval reaches down to 0.863."""
    assert wilson(57, 60) == pytest.approx((0.8630, 0.9829), abs=5e-5)


def test_wilson_without_cases_knows_nothing() -> None:
    """No cases: anything is possible."""
    assert wilson(0, 0) == (0.0, 1.0)


@given(counts)
def test_wilson_holds_the_rate_and_mirrors(count: tuple[int, int]) -> None:
    """The interval holds the observed rate, lies in [0, 1], and failures mirror passes."""
    passed, total = count
    low, high = wilson(passed, total)
    assert 0.0 <= low <= high <= 1.0
    if total:
        assert low - 1e-12 <= passed / total <= high + 1e-12
    if total:
        mirrored = wilson(total - passed, total)
        assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-12)


@given(counts.filter(lambda count: count[1] > 0))
def test_wilson_narrows_with_confidence(count: tuple[int, int]) -> None:
    """Less confidence, a narrower interval inside the wider one."""
    low, high = wilson(*count, confidence=0.8)
    wide_low, wide_high = wilson(*count, confidence=0.99)
    assert wide_low <= low + 1e-12
    assert high <= wide_high + 1e-12


# Published success-run sizes at 95 % confidence without failures, and acceptance plans with some.
@pytest.mark.parametrize(
    ("minimum", "confidence", "failures", "cases"),
    [
        (0.95, 0.95, 0, 59),
        (0.90, 0.95, 0, 29),
        (0.99, 0.95, 0, 299),
        (0.90, 0.90, 0, 22),
        (0.95, 0.95, 1, 93),
        (0.95, 0.95, 2, 124),
        (0.95, 0.95, 3, 153),
        (0.5, 0.5, 0, 1),
        (0, 0.95, 0, 1),
        (0, 0.95, 4, 4),
    ],
)
def test_cases_needed_of_published_plans(
    minimum: float, confidence: float, failures: int, cases: int
) -> None:
    """The sample sizes are those of the published tables."""
    assert cases_needed(minimum, confidence, failures) == cases


@pytest.mark.parametrize("minimum", [1, "0.999999999"])
def test_no_number_of_cases_shows_certainty(minimum: float) -> None:
    """A rate of 1 can't be shown; nor can one that would take more than the most cases."""
    assert cases_needed(minimum) is None


@given(st.integers(500, 990), st.integers(0, 5))
def test_cases_needed_is_the_fewest(per_mille: int, failures: int) -> None:
    """With that many cases so few failures would be luck once in twenty; with one fewer oftener."""
    minimum = per_mille / 1000
    cases = cases_needed(minimum, failures=failures)
    assert cases is not None
    assert cases < MOST_CASES
    assert luck(failures, cases, minimum) <= 0.05 + 1e-9
    if cases - 1 > failures:
        assert luck(failures, cases - 1, minimum) > 0.05 - 1e-9


def luck(failures: int, cases: int, rate: float) -> float:
    """How likely so few failures are where each case passes at that rate, term by term."""
    return sum(comb(cases, k) * (1 - rate) ** k * rate ** (cases - k) for k in range(failures + 1))


@pytest.mark.parametrize(("passed", "total"), [(-1, 5), (6, 5), (0, -1)])
def test_impossible_counts_are_refused(passed: int, total: int) -> None:
    """More passes than cases, or fewer than none, are a mistake of the caller."""
    with pytest.raises(ValueError, match="can't have passed"):
        wilson(passed, total)


@pytest.mark.parametrize("confidence", [0.0, 1.0, -1.0, 1.5])
def test_a_confidence_lies_between(confidence: float) -> None:
    """Certainty and its absence have no interval."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        wilson(1, 2, confidence)


def test_negative_failures_are_refused() -> None:
    """Fewer failures than none are a mistake of the caller."""
    with pytest.raises(ValueError, match="negative"):
        cases_needed(0.9, failures=-1)
