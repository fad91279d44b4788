"""Days, ages and strips over many runs, as ``caio history`` counts them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from past_runs import HOUR, NOW, past, sixty_days, strip

from pytest_caio.gates.policy import HistoryPolicy, Policy
from pytest_caio.report.history_words import age_words, minutes_words
from pytest_caio.verdict.chronicle import Asked, Place, chronicle
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.decision_ages import DecisionAge, decision_ages
from pytest_caio.verdict.gate_days import gate_days
from pytest_caio.verdict.past import PastCard, PastEnd, PastRun

WORKDAYS = Policy(history=HistoryPolicy(("mon", "tue", "wed", "thu", "fri")))
TUESDAY = date(2026, 2, 24)
MONDAY = date(2026, 2, 23)
ENDS = {name: [e for r in sixty_days() if r.environment == name for e in r.ends]
        for name in ("production", "staging")}  # fmt: skip


def place(runs: tuple[PastRun, ...], **asked: object) -> Place:
    """Return the one environment of these runs."""
    (found,) = chronicle(runs, {}, Policy(), Asked(**{"now": NOW, **asked})).places
    return found


@pytest.mark.parametrize(
    ("before", "runs", "missing"),
    [
        (0, (past(1), past(0)), ()),
        (0, (past(1),), (TUESDAY,)),  # 15:04: the window is open
        (0.1, (past(1),), ()),  # 12:40: it is not yet
        (0, (past(1), past(0, whole=False)), (TUESDAY,)),
        (0, (past(1), past(0, profile="deploy")), (TUESDAY,)),
        (0, (past(1), past(0, profile="all")), ()),
        (0, (past(1), past(0, own=Verdict.NO_GO)), ()),  # it happened
        (0, (past(3), past(0)), (MONDAY,)),  # Saturday and Sunday are not due
        (0, (past(1, profile="deploy"),), ()),  # no pre-flight is ever run here
        (0, (past(1, rehearsal=True),), ()),
        (0, (past(1), past(0, rehearsal=True)), (TUESDAY,)),
        (0, (), ()),
    ],
)
def test_runs_that_did_not_happen(
    before: float, runs: tuple[PastRun, ...], missing: tuple[date, ...]
) -> None:
    """A day that the policy names, since the first run, without a whole pre-flight."""
    found = gate_days(runs, WORKDAYS, NOW - timedelta(days=before))
    assert found.missing == missing
    assert gate_days(runs, Policy(), NOW).missing == ()


def test_since_begins_the_days() -> None:
    """What is asked from a day on has its days from there, whatever was before."""
    since = datetime(2026, 2, 20, 5, tzinfo=UTC)  # Friday
    found = gate_days((past(30), past(0)), WORKDAYS, NOW, since)
    assert found.missing == (date(2026, 2, 20), MONDAY)


def test_clean_days() -> None:
    """A day is clean with one GO; one of the cycle with a GO after it; in the reviewers' zone."""
    late = past(1, at=datetime(2026, 2, 24, 4, 30, tzinfo=UTC))  # still Monday in New York
    runs = (
        late,
        past(0.02, own=Verdict.NO_GO),
        past(0.01),
        past(0, profile="cycle"),
        past(2, profile="cycle", own=Verdict.CANNOT_TELL),
        past(3, profile="cycle", whole=False),
    )
    found = gate_days(runs, Policy(), NOW)
    assert found.clean == found.with_one == (MONDAY, TUESDAY)
    assert found.cycles == (TUESDAY,)


@pytest.mark.parametrize(
    ("cards", "end", "age"),
    [
        ((PastCard("a", "", NOW - HOUR),), PastEnd("a", NOW, True), 60),
        ((PastCard("a", "", NOW - HOUR, False),), PastEnd("a", NOW, True), 60),
        ((PastCard("a"),), PastEnd("a", NOW + HOUR, True), "at least 60"),
        ((PastCard("a", waits=False),), PastEnd("a", NOW + HOUR, True), None),
        ((PastCard("a"),), PastEnd("a", NOW - HOUR, True), None),  # seen too late
        ((PastCard("b"),), PastEnd("a", NOW + HOUR, True), None),
        ((PastCard("a", "1"),), PastEnd("a", NOW + HOUR, True, mark="2"), None),
        ((PastCard("a", "1"),), PastEnd("a", NOW + HOUR, True, mark="1"), "at least 60"),
        ((PastCard("a", "1"),), PastEnd("a", NOW + HOUR, True), "at least 60"),
        ((), PastEnd("a", NOW, True), None),
    ],
)
def test_age_at_decision(cards: tuple[PastCard, ...], end: PastEnd, age: int | str | None) -> None:
    """From when a card was made, else at least from when it was seen first."""
    found = decision_ages((past(0, cards=cards),), (end,))
    said = [f"at least {a.minutes:.0f}" if a.at_least else a.minutes for a in found]
    assert said == ([] if age is None else [age])


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 min"), (25.4, "25 min"), (119, "119 min"), (120, "2 h"), (1000, "16.7 h"),
     (9000, "6 days")],
)  # fmt: skip
def test_ages_in_words(minutes: float, words: str) -> None:
    """Minutes, hours, days."""
    assert minutes_words(minutes) == words
    assert age_words(DecisionAge("a", NOW, True, minutes, True)) == f"at least {words}"


def test_strips() -> None:
    """Whole runs of a profile make a strip; a letter each, and how the check stands."""
    runs = (*strip(".F?w-F"), past(0.5, "F", whole=False), past(0.4, ".", profile="deploy"))
    first, other = place(tuple(sorted(runs, key=lambda run: run.at))).strands
    assert (first.profile, other.profile) == ("preflight", "deploy")
    (only,) = first.strips
    assert (only.letters, only.held) == (".F?w-F", False)
    assert only.trend
    assert only.trend.new
    assert other.strips[0].held


def test_failing_since_before_what_is_asked_for() -> None:
    """The strip begins where it is asked to; "failing since" does not."""
    found = place(strip(".FFFFF"), since=NOW - timedelta(days=2))
    (only,) = found.strands[0].strips
    assert only.letters == "FFF"
    assert only.trend
    assert only.trend.runs == 5
    assert chronicle(strip("F"), {}, Policy(), Asked(NOW, NOW + HOUR)).places == ()


def test_chosen_checks() -> None:
    """Other checks are left out; a check that came late has no outcome before."""
    runs = (past(1, " ."), past(0, "FF"))
    found = place(runs, check=lambda name: name.endswith("-1"))
    assert [s.letters for s in found.strands[0].strips] == [".F"]
    assert [s.letters for s in place(runs).strands[0].strips] == ["_F", ".F"]


@pytest.mark.parametrize(("days", "there"), [(-1, False), (0, True), (7, True), (8, False)])
def test_waivers_that_end_soon(days: int, there: bool) -> None:
    """Within seven days, as the last run of a profile had them."""
    until = TUESDAY + timedelta(days=days)
    run = past(0, waivers={"smoke.ready": until})
    assert place((run,)).waivers == ((("smoke.ready", until),) if there else ())
    evening = NOW + 8 * HOUR  # 23:04 in New York, and Wednesday in Greenwich
    assert bool(place((run,), now=evening).waivers) is there
    gone = replace(run, at=NOW - HOUR)
    assert place((gone, past(0))).waivers == ()


def test_sixty_days() -> None:
    """Everything of two environments at once."""
    production, staging = chronicle(sixty_days(), ENDS, WORKDAYS, Asked(NOW + 3 * HOUR)).places
    assert production.days.missing == (date(2026, 2, 12),)
    assert len(production.days.cycles) == len(production.days.with_one)
    assert [run.profile for run in production.latest] == ["cycle", "preflight"]
    assert len(production.last) == 5
    assert production.clean
    assert (production.clean.clean_claimed, production.clean.clean_recounted) == (3, 2)
    assert production.waiting == 2
    flaky = [s.name for strand in production.strands for s in strand.strips if s.flaky]
    assert flaky == ["queue.sla-decision"]
    assert len(staging.replays) == 9
    assert (staging.ages, staging.waiting, staging.days.missing) == ((), None, ())
