"""Failing since, new, flaky: what remembered runs say of a check that is not met."""

from dataclasses import replace
from datetime import timedelta

import pytest
from past_runs import NOW, past, strip

from pytest_caio.report.trend_words import in_words
from pytest_caio.verdict.past import PastRun
from pytest_caio.verdict.trends import Trend, comparable, standing, trends

ZONE = "America/New_York"
KEY = ("queue", "no-drift", "prod")


def said(runs: tuple[PastRun, ...]) -> str:
    """Return the trend of the last of these runs, in words."""
    found = trends(runs[:-1], runs[-1:]).get(KEY)
    return in_words(found, ZONE) if found else ""


@pytest.mark.parametrize(
    ("letters", "words"),
    [
        (".", ""),
        ("F", ""),  # nobody knows since when
        ("F.", ""),
        ("Fw", ""),  # waived: shown as what it is
        (".F", "new since the last run"),
        ("-F", "new since the last run"),
        (".?", "new since the last run"),
        ("FF", "failing for 1 day (since Mon 23 Feb, 2 runs)"),
        (".FFFF", "failing for 3 days (since Sat 21 Feb, 4 runs)"),
        (" FFFF", "failing for 3 days (since Sat 21 Feb, 4 runs)"),
        ("F-FF", "failing for 1 day (since Mon 23 Feb, 2 runs)"),
        ("F?F", "not met for 2 days (since Sun 22 Feb, 3 runs)"),
        (".??", "not met for 1 day (since Mon 23 Feb, 2 runs)"),
        (".wF", "not met for 1 day (since Mon 23 Feb, 2 runs)"),
        (".F wF", "not met for 3 days (since Sat 21 Feb, 3 runs)"),
        ("  F", ""),  # the check itself is new
        (" . F", "new since the last run"),
        (".F.F", "new since the last run; flaky: it changed 3 times without a deploy"),
        ("F.FF", "failing for 1 day (since Mon 23 Feb, 2 runs)"
         "; flaky: it changed 2 times without a deploy"),
        (".?.?", "new since the last run"),  # nobody saw it fail
        (".w.F", "new since the last run"),
        ("F.FFFFFFFFFF", "failing for 9 days (since Sun 15 Feb, 10 runs)"),  # too long ago
    ],
)  # fmt: skip
def test_what_is_said(letters: str, words: str) -> None:
    """By outcome of a run a day, the oldest first."""
    assert said(strip(letters)) == words


def test_the_same_day() -> None:
    """What is younger than a day is said with the hour."""
    runs = (past(0.1, "."), past(0.05, "F"), past(0, "F"))
    assert said(runs) == "failing since Tue 24 Feb, 13:52 (2 runs)"


def test_another_release_is_no_flakiness() -> None:
    """Only changes under the release that the last run saw count; an unknown one shows nothing."""
    runs = strip(".F.F")
    deployed = (*(replace(run, release="r0") for run in runs[:2]), *runs[2:])
    assert "flaky" not in said(deployed)
    assert "flaky" not in said(tuple(replace(run, release="") for run in runs))
    assert "flaky" not in said((*runs[:2], replace(runs[2], release="r2"), runs[3]))


@pytest.mark.parametrize(
    "other",
    [
        {"whole": False},
        {"profile": "deploy"},
        {"environment": "staging"},
        {"rehearsal": True},
        {"at": NOW + timedelta(minutes=1)},
    ],
)
def test_what_does_not_count(other: dict[str, object]) -> None:
    """Parts, other profiles, environments and rehearsals, and what is later than this run."""
    this = past(0, "F")
    good = replace(past(1, "."), **other)
    assert comparable((good,), this) == ()
    assert said((past(2, "F"), good, this)) == "failing for 2 days (since Sun 22 Feb, 2 runs)"


def test_a_part_has_trends_too() -> None:
    """A run with -k is compared with whole ones; what it left out has no trend."""
    part = replace(past(0, "Fx"), whole=False)
    assert list(trends((past(1, "FF"),), (part,))) == [KEY]


def test_findings_of_the_run_itself() -> None:
    """They are there only while something is wrong: a run without one was in order."""
    name = "run.stayed-up"
    assert standing((past(1), past(0, "F", name)))[name] == Trend(NOW, NOW, 1, new=True)
    both = standing((past(1, "F", name), past(0, "F", name)))[name]
    assert (both.runs, both.new) == (2, False)
    assert standing(()) == standing((past(0, "F", name),)) == {}


def test_each_environment_by_itself() -> None:
    """A run over two environments has trends for each, of its own runs."""
    before = (*strip("F", environment="staging"), past(1, "."))
    now = (past(0, "F"), replace(past(0, "F", environment="staging"), run="now"))
    before = (replace(before[0], at=NOW - timedelta(days=2)), before[1])
    found = trends(before, now)
    assert found[KEY].new
    assert found["queue", "no-drift", "staging"].runs == 2
