"""Clean days, recounted: the rule, its limits, and what a broken history says."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_caio import testing
from pytest_caio.evidence.probe_names import DISPATCHES, STATUS
from pytest_caio.judge import graduation
from pytest_caio.testing import NOW, observed
from pytest_caio.verdict.finding import Outcome, Ruling

JUDGES = {judge.name: judge for judge in graduation.JUDGES}
PASS, FAIL, UNSEEN, NA = "pass", "fail", "cannot-tell", "n/a"


def day(back: int) -> str:
    return (NOW - timedelta(days=back)).date().isoformat()


def report(back: int = 0, sent: Any = 2, **changes: Any) -> dict[str, Any]:
    at = NOW - timedelta(days=back)
    return {
        "run_id": f"op_{back}",
        "started_at": (at - timedelta(minutes=1)).isoformat(),
        "completed_at": at.isoformat(),
        "dry_run": False,
        "pending_approval": False,
        "errors": [],
        "instantly_report": {"total_dispatched": sent},
        "heyreach_report": None,
        "cadence_dispatched": 0,
        "revival_dispatched": 0,
        **changes,
    }


def status(dates: Any = (), required: Any = 3, **ramp: Any) -> dict[str, Any]:
    dates = list(dates)
    return {
        "ramp": {
            "active": len(dates) < required,
            "clean_days_required": required,
            "clean_days_completed": len(dates),
            "clean_days_dates": dates,
            "tier_filter": "tier_1",
            "email_limit_override": 5,
            **ramp,
        },
        "limits": {"email_remaining": 5},
        "today": {"outbound_email": 0},
    }


def ruled(name: str, history: Any, state: Any) -> Ruling:
    return testing.ruling(JUDGES[name], observed(DISPATCHES, history), observed(STATUS, state))


def graduated(history: Any, state: Any) -> Ruling:
    return ruled("ramp.graduation", history, state)


@pytest.mark.parametrize(
    ("unclean", "why"),
    [
        ({"dry_run": True}, "dry runs only"),
        ({"pending_approval": True}, "held for approval"),
        ({"errors": ["smtp"]}, "1 error"),
        ({"sent": 0}, "nothing dispatched"),
        ({"instantly_report": None}, "nothing dispatched"),
        ({"instantly_report": {}}, "nothing dispatched"),
    ],
)
def test_a_day_that_is_not_clean(unclean: dict[str, Any], why: str) -> None:
    claimed = graduated([report(1, **unclean)], status([day(1)]))
    assert claimed.outcome == FAIL
    assert f"{day(1)} ({why})" in claimed.observed
    honest = graduated([report(1, **unclean)], status())
    assert honest.outcome == PASS
    assert "3 clean days missing" in honest.observed
    assert honest.facts["ramp"]["days"] == [
        {"date": day(1), "clean": False, "live": "dry_run" not in unclean, "why": why}
    ]


@pytest.mark.parametrize(
    "figures",
    [
        {"sent": 1},
        {"sent": 0, "heyreach_report": {"total_dispatched": 1}},
        {"sent": 0, "cadence_dispatched": 1},
        {"sent": 0, "revival_dispatched": 1},
    ],
)
def test_any_of_the_four_figures_makes_it_clean(figures: dict[str, Any]) -> None:
    assert graduated([report(1, **figures)], status([day(1)])).outcome == PASS


def test_one_clean_run_makes_the_day() -> None:
    history = [report(1, errors=["x"]), report(1), report(1, dry_run=True)]
    assert graduated(history, status([day(1)])).outcome == PASS


def test_three_clean_days_with_others_between() -> None:
    history = [
        report(1),
        report(2, dry_run=True),
        report(3, errors=["reset"]),
        report(4, pending_approval=True),
        report(5),
        report(6),
    ]
    found = graduated(history, status([day(6), day(5), day(1)]))
    assert found.outcome == PASS
    assert "complete" in found.observed
    assert graduated(history[:5], status([day(5), day(1)])).outcome == PASS


def test_claims_more_than_its_history() -> None:
    found = graduated([report(0)], status([day(0), day(1), day(2)]))
    assert found.outcome == FAIL
    assert "claims 3 clean days, its history shows 1" in found.observed
    assert graduated([], status([day(0), day(1), day(2)])).outcome == FAIL


def test_claims_fewer_is_only_said() -> None:
    found = graduated([report(0), report(1)], status([day(1)]))
    assert found.outcome == PASS
    assert "claims fewer" in found.observed


def test_the_deployment_stops_counting_at_the_required_number() -> None:
    history = [report(n) for n in range(10)]
    for dates in ([day(0), day(1), day(2)], [day(7), day(8), day(9)]):
        assert graduated(history, status(dates)).outcome == PASS


def test_another_day_than_those_in_the_history() -> None:
    assert graduated([report(0), report(1)], status([day(0), day(4)])).outcome == FAIL


def test_number_and_dates_disagree() -> None:
    twice = status([day(0), day(0)])
    assert graduated([report(0), report(1)], twice).outcome == FAIL
    fewer = status([day(0)], clean_days_completed=3, active=False)
    assert graduated([report(0), report(1), report(2)], fewer).outcome == FAIL


@pytest.mark.parametrize(("back", "wanted"), [(45, PASS), (46, FAIL), (44, PASS)])
def test_forty_five_days(back: int, wanted: str) -> None:
    assert graduated([report(back)], status([day(back)])).outcome == wanted


def test_a_day_in_the_future_shows_nothing() -> None:
    assert graduated([report(-1)], status([day(-1)])).outcome == PASS
    assert graduated([report(-2)], status([day(-2)])).outcome == FAIL


class TestTwoHundredReports:
    full = [report(back, dry_run=True) for back in range(20) for _ in range(10)]

    def test_a_claimed_day_before_all_of_them(self) -> None:
        old = status([day(30), day(31), day(32)])
        assert graduated(self.full, old).outcome == UNSEEN
        assert graduated(self.full[:199], old).outcome == FAIL

    def test_a_claimed_day_among_them(self) -> None:
        assert graduated(self.full, status([day(3)])).outcome == FAIL
        assert graduated(self.full, status([day(3), day(30)])).outcome == FAIL

    def test_the_day_that_is_cut_through(self) -> None:
        assert graduated(self.full, status([day(19)])).outcome == UNSEEN

    def test_all_of_the_claimed_days_seen(self) -> None:
        history = [report(0), *self.full[1:]]
        assert graduated(history, status([day(0)])).outcome == PASS


@pytest.mark.parametrize(
    "grown",
    [
        {"tier_filter": "tier_2"},
        {"tier_filter": None},
        {"email_limit_override": 6},
        {"email_limit_override": None},
        {"email_limit_override": "5"},
        {"email_limit_override": True},
    ],
)
@pytest.mark.parametrize("active", [True, False])
def test_nothing_grows_before_the_days_are_complete(grown: dict[str, Any], active: bool) -> None:
    early = status([day(0)], active=active, **grown)
    assert graduated([report(0)], early).outcome == FAIL
    days = [0, 1, 2]
    done = status(map(day, days), active=False, **grown)
    assert graduated([report(n) for n in days], done).outcome == PASS


@pytest.mark.parametrize("grown", [{"tier_filter": "tier_2"}, {"email_limit_override": 25}])
def test_nothing_grows_before_the_deployment_counts_them_all(grown: dict[str, Any]) -> None:
    """Its history would do, but it claims fewer: whoever lets it grow does so by hand."""
    history = [report(n) for n in range(3)]
    assert graduated(history, status([day(0)], **grown)).outcome == FAIL
    assert graduated(history, status([day(0), day(1)], active=False, **grown)).outcome == FAIL
    assert graduated(history, status([day(0)])).outcome == PASS


def test_claims_more_than_it_requires() -> None:
    """It stops counting at the required number: a higher claim is not its own counting."""
    history = [report(n) for n in range(4)]
    found = graduated(history, status([day(n) for n in range(4)]))
    assert found.outcome == FAIL
    assert "it claims 4 clean days, more than the 3 that it counts up to" in found.observed
    assert graduated(history, status([day(n) for n in range(3)])).outcome == PASS
    assert graduated(history, status([day(0)], required=0)).outcome == FAIL


def test_completeness_is_the_policys() -> None:
    early = status([day(0)], required=1, active=False, email_limit_override=25)
    assert graduated([report(0)], early).outcome == FAIL


@pytest.mark.parametrize(
    "changes",
    [
        {"dry_run": "no"},
        {"dry_run": None},
        {"pending_approval": 0},
        {"errors": None},
        {"errors": "none"},
        {"instantly_report": 2},
        {"instantly_report": {"total_dispatched": "2"}},
        {"instantly_report": {"total_dispatched": True}},
        {"cadence_dispatched": 1.5},
        {"revival_dispatched": -1},
        {"completed_at": 5},
        {"completed_at": None, "started_at": None},
        {"completed_at": "yesterday"},
    ],
)
def test_wrong_types_are_findings(changes: dict[str, Any]) -> None:
    found = graduated([report(0, **changes)], status())
    assert found.outcome == FAIL
    assert "op_0" in found.observed


@pytest.mark.parametrize("history", [{}, None, "none", [None], [7], [[]]])
def test_no_list_of_reports(history: Any) -> None:
    assert graduated(history, status()).outcome == FAIL


def test_without_completed_at_the_start_counts() -> None:
    assert graduated([report(1, completed_at=None)], status([day(1)])).outcome == PASS


@pytest.mark.parametrize(
    ("clean", "ramp", "wanted"),
    [
        (2, {}, NA),
        (3, {"email_limit_override": 5}, PASS),
        (3, {"email_limit_override": 10}, PASS),
        (3, {"email_limit_override": 15}, FAIL),
        (4, {"email_limit_override": 15}, PASS),
        (5, {"email_limit_override": 25}, PASS),
        (9, {"email_limit_override": 26}, FAIL),
        (9, {"email_limit_override": 12}, FAIL),
        (9, {"email_limit_override": 100}, FAIL),
        (3, {"email_limit_override": None}, PASS),
        (3, {"email_limit_override": "5"}, FAIL),
    ],
)
def test_cap_growth(clean: int, ramp: dict[str, Any], wanted: str) -> None:
    history = [report(n) for n in range(clean)]
    state = status([day(n) for n in range(clean)][:3], **ramp)
    assert ruled("ramp.cap-growth", history, state).outcome == wanted


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(-9, 9),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
        ),
        max_leaves=6,
    ),
    st.sampled_from(list(report())),
    st.sampled_from(list(status()["ramp"])),
)
def test_whatever_is_answered_is_a_ruling(junk: Any, key: str, name: str) -> None:
    for judge in JUDGES:
        for history, state in (
            (junk, status()),
            ([junk], status()),
            ([report(**{key: junk})], status([day(0)])),
            ([report()], junk),
            ([report()], {"ramp": status([day(0)])["ramp"] | {name: junk}}),
        ):
            assert isinstance(ruled(judge, history, state).outcome, Outcome)
