"""Waivers: which failure, where, and until when."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from results import PRODUCTION, result

from pytest_caio.report import console
from pytest_caio.report.html import html
from pytest_caio.verdict.finding import Finding, Outcome, Severity
from pytest_caio.verdict.misspelt_waivers import likely
from pytest_caio.verdict.result import ShownEnvironment
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
    assert after.waiver == "was waived by PTO until Mon 23 Feb, expired: known"


def test_an_expired_waiver_of_what_holds() -> None:
    """There is nothing to mend: the waiver has to go."""
    after = apply(finding(Outcome.PASS), [waiver(-1)], NOW)
    assert (after.outcome, after.remedy) == (
        Outcome.FAIL, "Nothing is left to waive: remove the waiver.",
    )  # fmt: skip
    assert "Mend what was waived" in apply(finding(Outcome.FAIL), [waiver(-1)], NOW).remedy


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "waived by PTO until Tue 24 Feb: known"),
        (30, "waived by PTO until Thu 26 Mar: known"),
        (-1, "was waived by PTO until Mon 23 Feb, expired: known"),
        (31, "not waived, as PTO asks for it until 2026-03-27: known"),
    ],
)
def test_words(days: int, words: str) -> None:
    """A waiver that does not hold is not told as one that does."""
    assert apply(finding(Outcome.FAIL), [waiver(days)], NOW).waiver == words


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("production", ""), ("prod", ""), ("PROD ", ""), ("stage", ""), ("all", ""), ("lab", ""),
        ("rehearsal", ""), ("staging2", ""), ("prod-eu", ""), ("my-staging", ""), ("uat", ""),
        ("", ""), ("prodution", "production"), ("prd", "production"),
        ("preproduction", ""), ("stagingg", "staging"), ("stagging", "staging"),
        ("Stagin", "staging"), ("rehersal", "rehearsal"), ("labb", ""), ("bench-1", ""),
        ("benhc", "bench"),
    ],
)  # fmt: skip
def test_an_environment_that_is_close_to_a_known_one(name: str, meant: str) -> None:
    """A slip is seen; another environment, also one that is named after a known one, is none."""
    known = {"production", "staging", "rehearsal", "all", "bench"}
    assert likely(name, known) == meant
    places = (PRODUCTION, ShownEnvironment("bench", "staging", "https://bench.example"))
    made = result(environments=places, waivers=(waiver(environment=name),))
    said = [f for f in made.findings if f.name == "run.waivers"]
    assert len(said) == bool(meant)
    if meant:
        assert f"did you mean {meant}?" in said[0].observed
        assert not said[0].blocks
        assert made.verdict == "GO" or not made.findings[0].blocks
        assert "did you mean" in "".join(line.text for line in console.lines(made))
        assert f"did you mean {meant}?" in html(made)
