"""A GO is told honestly, and whatever isn't one by what was seen."""

from datetime import date

from results import PRODUCTION, STAGING, finding, go, result

from pytest_caio.report.console import verdict_line
from pytest_caio.verdict.finding import Finding, Outcome, Severity
from pytest_caio.verdict.sentence import decision, reason, remarks
from pytest_caio.verdict.waivers import Waiver

WAIVER = Waiver("queue.no-drift", "prod", "known", "PTO", date(2026, 12, 4))


def waived(was: str) -> Finding:
    """A finding that the waiver covers."""
    return finding(
        "queue.no-drift", "waived", waiver=WAIVER.in_words, waived_from=Outcome(was),
        title="Nothing stale waits",
    )  # fmt: skip


def test_a_go_with_a_waiver() -> None:
    """It names the waiver and its end, and counts it as nothing that holds."""
    made = result(
        waived("fail"), finding("a.a"), finding("a.b"), finding("a.c", "n/a"), waivers=(WAIVER,)
    )
    assert decision(made) == "GO with 1 waiver (queue.no-drift until Fri 4 Dec)"
    assert reason(made) == "2 required checks hold, 1 does not apply."
    assert verdict_line(made).text.startswith(
        "GO with 1 waiver (queue.no-drift until Fri 4 Dec): production, profile preflight: 2 "
    )
    assert remarks(made) == ()


def test_what_nobody_saw_is_not_waived_into_silence() -> None:
    """A waiver may cover what was not seen; it is said each time."""
    made = result(waived("cannot-tell"), finding("a.a"), waivers=(WAIVER,))
    assert remarks(made) == (
        "Not seen, and waived: Nothing stale waits (production, queue.no-drift).",
    )


def test_a_waiver_that_nobody_needs_any_more() -> None:
    """It is no part of the decision, and ought to go."""
    made = result(finding("a.a", waiver="no longer needed (…)"))
    assert decision(made) == "GO"
    assert remarks(made) == ("A waiver is no longer needed: a.a (production).",)


def test_an_empty_queue() -> None:
    """A GO over nothing says so: only training cards, or none at all."""
    live, training = {"id": "1", "kind": "live"}, {"id": "2", "kind": "training"}
    found = [
        finding("queue.no-drift", environment=name, facts={"queue": {"cards": cards}})
        for name, cards in (("staging", [training]), ("production", [live, training]))
    ]
    assert remarks(result(*found, environments=(STAGING, PRODUCTION))) == (
        "No live card is waiting in staging: there is nothing to mail.",
    )
    assert remarks(go()) == ()
    assert (
        "No live card is waiting in staging"
        in verdict_line(result(found[0], environments=(STAGING,))).text
    )


def test_whatever_is_no_go_says_what_was_seen_first() -> None:
    """The first cause, how many more, and what is to note."""
    made = result(
        finding("a.a", "fail", observed="2 cards are stale"),
        finding("b.b", "cannot-tell", observed="nothing"),
        finding("c.c", "fail", severity=Severity.ADVISORY),
    )
    assert reason(made) == (
        "2 cards are stale; and 1 more cause; 1 to note, without effect on the verdict."
    )


def test_a_replay_that_nobody_ran() -> None:
    """It is said in front, also where it is not the first cause."""
    unasked = finding("replay.pass-rate", "cannot-tell", cause="no-runner")
    assert remarks(result(finding("a.a", "fail"), unasked)) == (
        "The golden cases were not asked: no replay runner is named.",
    )
    assert remarks(result(unasked)) == ()


def test_no_required_check() -> None:
    """Nothing to hold is no GO."""
    advice = finding("a.a", severity=Severity.ADVISORY)
    assert verdict_line(result(advice)).text == (
        "CANNOT TELL: production, profile preflight: no required check is in this profile."
    )
