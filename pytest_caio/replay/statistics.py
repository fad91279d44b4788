"""Honest arithmetic about a pass rate: the error budget, intervals and sample sizes.

Pure functions of counts (cases) and rates (shares, 0 to 1). Whatever decides a verdict (`meets`,
`budget`, `margin`) is exact: rates become fractions by way of their decimal notation, so that
57 of 60 meets 0.95 although 0.95 has no exact binary form.

Sources: Wilson, E. B. (1927), "Probable inference, the law of succession, and statistical
inference", J. Am. Stat. Assoc. 22, 209-212. Clopper, C. and Pearson, E. S. (1934), "The use of
confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26, 404-413.
"""

from __future__ import annotations

from fractions import Fraction
from math import exp, floor, lgamma, log, log1p, sqrt
from statistics import NormalDist

Rate = Fraction | str | float
"""A share between 0 and 1; a float counts as the decimal number that it prints as."""

MOST_CASES = 100_000
"""Where `cases_needed` gives up looking, in cases."""


def exact(rate: Rate) -> Fraction:
    """Return a rate as the fraction that its decimal notation says: 0.95 is 19/20.

    Raises ValueError when it isn't a number from 0 to 1.
    """
    try:
        value = rate if isinstance(rate, Fraction) else Fraction(str(rate))
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"a rate is a number from 0 to 1, not {rate!r}") from None
    if not 0 <= value <= 1:
        raise ValueError(f"a rate is a number from 0 to 1, not {rate!r}")
    return value


def meets(passed: int, total: int, minimum: Rate) -> bool:
    """Say whether passed of total cases is at least the minimum rate; no cases never meet one.

    Source: ``docs/replay.md, Pass rate``.
    """
    _check(passed, total)
    return total > 0 and Fraction(passed, total) >= exact(minimum)


def budget(total: int, minimum: Rate) -> int:
    """Return the most failures, in cases, with which `total` cases still meet the minimum rate.

    No cases have no budget: 0. (60 cases at 0.95: 3.)
    """
    _check(0, total)
    return floor(total * (1 - exact(minimum)))


def margin(passed: int, total: int, minimum: Rate) -> int:
    """Return how many more failures it would have taken to miss the rate, in cases.

    1 means that the next failure would have been one too many; 0 or less, that the rate is
    missed, by one case more for each step below. (57 of 60 at 0.95: 1. 56 of 60: 0.)
    """
    _check(passed, total)
    return budget(total, minimum) - (total - passed) + 1 if total else 0


def wilson(passed: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the Wilson score interval (low, high) for the true pass rate, as shares.

    `confidence` is two-sided. Without cases nothing is known: (0.0, 1.0). Source: Wilson (1927).
    """
    _check(passed, total)
    _check_confidence(confidence)
    if total == 0:
        return (0.0, 1.0)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rate = passed / total
    centre = rate + z * z / (2 * total)
    half = z * sqrt(rate * (1 - rate) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    # At the ends one limit is exactly 0 or 1; rounding would leave it a hair inside.
    low = 0.0 if passed == 0 else max(0.0, (centre - half) / scale)
    high = 1.0 if passed == total else min(1.0, (centre + half) / scale)
    return (low, high)


def cases_needed(minimum: Rate, confidence: float = 0.95, failures: int = 0) -> int | None:
    """Return how many cases, of which `failures` fail, would show the rate with that confidence.

    That is, the fewest with which the Clopper-Pearson lower limit is at least `minimum` (0.95
    with 95 % confidence: 59 cases without a failure, 93 with one). None when no finite number
    can (a rate of 1), or when it would be more than MOST_CASES.
    """
    rate = exact(minimum)
    _check_confidence(confidence)
    if failures < 0:
        raise ValueError(f"failures can't be negative: {failures}")
    if rate == 0:
        return max(1, failures)
    low, high = failures, MOST_CASES
    if _fail_at_most(failures, high, float(rate)) > 1 - confidence:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if _fail_at_most(failures, middle, float(rate)) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _fail_at_most(failures: int, total: int, rate: float) -> float:
    """Return the probability of so many failures or fewer when each case passes at `rate`."""
    if failures >= total or rate == 1:
        return 1.0
    if rate == 0:
        return 0.0
    return min(1.0, sum(_exactly(k, total, rate) for k in range(failures + 1)))


def _exactly(failures: int, total: int, rate: float) -> float:
    if failures == 0:
        return rate**total
    # In logarithms, because the binomial coefficient of some hundred cases overflows a float.
    ways = lgamma(total + 1) - lgamma(failures + 1) - lgamma(total - failures + 1)
    return exp(ways + (total - failures) * log(rate) + failures * log1p(-rate))


def _check(passed: int, total: int) -> None:
    if not 0 <= passed <= total:
        raise ValueError(f"{passed} of {total} cases can't have passed")


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, not {confidence!r}")
