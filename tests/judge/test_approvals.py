"""What approvals sent: the words of the traces, the numbers of today, the hours of the server."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from deployments import CANNOT_TELL, FAIL, NOT_APPLICABLE, PASS, STATUS_BODY, g1, g2, ruled

from pytest_caio.evidence.model import Evidence
from pytest_caio.evidence.probe_names import HEALTH, READY, STATUS, TRACES
from pytest_caio.judge.ends import End, of_trace
from pytest_caio.judge.outcome_traces import LIMIT, read_trace
from pytest_caio.testing import NOW, observed, unobserved
from pytest_caio.verdict.finding import Outcome


def entry(number: int = 1, outcome: Any = "sent_proved", hours: float = 1, **changes: Any) -> Any:
    """One outcome of the feedback loop."""
    said = {"action": "approve_email", "outcome": outcome, "lead_email": "a@example.com",
            "metadata": {"email_id": f"card_{number}"}}  # fmt: skip
    return {
        "timestamp": (NOW - timedelta(hours=hours)).isoformat(),
        "tool_input_summary": json.dumps(said),
        "tool_output_summary": json.dumps({"outcome": outcome}),
        **changes,
    }


def traced(*entries: Any) -> Evidence:
    """What the traces answer."""
    return observed(TRACES, {"traces": list(entries), "count": len(entries)})


@pytest.mark.parametrize(
    ("outcome", "end"),
    [
        ("sent_proved", End.SENT),
        ("SENT", End.SENT),
        ("sent_unresolved", End.UNPROVED),
        ("blocked_deliverability", End.BLOCKED),
        ("send_failed", End.FAILED),
        ("error", End.FAILED),
        ("approved", End.UNSENT),
        ("rejected", End.REJECTED),
        ("opened", None),
    ],
)
def test_words(outcome: str, end: End | None) -> None:
    """What a word of the traces speaks of."""
    trace = read_trace(entry(outcome=outcome))
    assert trace is not None
    found = of_trace(trace)
    assert (found.end if found else None) is end
    assert (found is not None and found.by_approval) is (end in {End.SENT, End.UNPROVED})


@pytest.mark.parametrize(
    "wrong",
    [
        None, 7, [], {}, entry(timestamp=None), entry(timestamp="Unknown"),
        entry(tool_input_summary='{"action": "approve_email", "metad'),
        entry(tool_input_summary=None), entry(tool_input_summary="[]"),
        entry(tool_input_summary='{"metadata": 7}'),
        entry(outcome=None, tool_input_summary='{"metadata": {"email_id": "x"}}'),
    ],
)  # fmt: skip
def test_what_can_not_be_read(wrong: Any) -> None:
    """It is counted as unread, and never guessed at."""
    assert read_trace(wrong) is None


def test_a_training_card_counts_for_nothing() -> None:
    """Not even where a trace says that it was sent."""
    trace = read_trace(entry(tool_input_summary='{"metadata": {"email_id": "seed_1"}}'))
    assert trace is not None
    assert of_trace(trace) is None


MISSING = observed(TRACES, {"detail": "Not Found"}, 404)


@pytest.mark.parametrize(
    ("base", "traces", "outcome", "said"),
    [
        (g2, traced(), PASS, "2 sent today"),
        (g2, traced(entry()), PASS, "1 more by approval"),
        (g2, traced(*(entry(n) for n in range(3))), PASS, "3 more by approval"),
        (g2, traced(*(entry(n) for n in range(4))), FAIL, "6 mails went out today (2 dispatched"),
        (g2, traced(*(entry(1) for _ in range(9))), PASS, "1 more by approval"),
        (g2, traced(*(entry(n, "sent_unresolved") for n in range(4))), FAIL, "6 mails"),
        (g2, traced(*(entry(n, "approved") for n in range(9))), PASS, "2 sent today"),
        (g2, traced(*(entry(n, "rejected") for n in range(9))), PASS, "2 sent today"),
        (g2, traced(*(entry(n, "blocked_deliverability") for n in range(9))), PASS, "2 sent"),
        (g2, traced(*(entry(n, hours=25) for n in range(9))), PASS, "2 sent today"),
        (g2, traced(None, entry()), PASS, "at least 1 more by approval (1 trace can't be read)"),
        (g2, traced(*(entry(n, "opened") for n in range(LIMIT))), PASS, "newest 200 outcomes"),
        (g2, MISSING, PASS, "not seen how many by approval"),
        (g2, unobserved(TRACES, "no answer"), PASS, "not seen how many by approval"),
        (g2, observed(TRACES, {"traces": 7}), PASS, "not seen how many by approval"),
        (g1, MISSING, PASS, "3 may still go out"),
    ],
)
def test_the_mails_of_today(base: Any, traces: Evidence, outcome: Outcome, said: str) -> None:
    """Approvals and dispatches together are within the cap; what isn't seen is said."""
    found = ruled("ramp.limits", base(), traces)
    assert (found.outcome, said in found.observed) == (outcome, True), found.observed


def test_today_is_the_date_of_the_status() -> None:
    """It is what the deployment counts for."""
    status = observed(STATUS, {**STATUS_BODY, "date": "2026-02-23"})
    many = traced(*(entry(n, hours=24) for n in range(4)))
    assert ruled("ramp.limits", g2(), status, many).outcome is FAIL


def clock(hours: float, **changes: Any) -> Evidence:
    """Readiness whose time is so far from UTC, without an offset."""
    stamp = (NOW + timedelta(hours=hours)).replace(tzinfo=None).isoformat()
    return observed(READY, {"status": "ready", "timestamp": stamp, **changes})


@pytest.mark.parametrize(
    ("base", "answers", "outcome", "said"),
    [
        (g2, [clock(-5)], PASS, "UTC-05:00, so 15:00 to 17:00 America/New_York is 15:00 to 17:00"),
        (g2, [clock(-4)], PASS, "16:00 to 18:00"),
        (g2, [clock(-3)], FAIL, "17:00 to 19:00"),
        (g2, [clock(0)], FAIL, "UTC+00:00"),
        (g2, [clock(0)], FAIL, "20:00 to 22:00 there"),
        (g2, [clock(5.5)], FAIL, "01:30 to 03:30"),
        (g2, [clock(-12)], PASS, "08:00 to 10:00"),
        (g2, [clock(-12.25)], FAIL, "07:45 to 09:45"),
        (g2, [clock(100)], CANNOT_TELL, "doesn't show"),
        (g2, [], CANNOT_TELL, "doesn't show"),
        (g2, [clock(0, timestamp=NOW.isoformat())], CANNOT_TELL, "doesn't show"),
        (g2, [clock(0, timestamp=7)], CANNOT_TELL, "doesn't show"),
        (g2, [clock(0, timestamp="soon")], CANNOT_TELL, "doesn't show"),
        (g2, [unobserved(READY, "no answer")], CANNOT_TELL, "doesn't show"),
        (g2, [observed(READY, "<html>", 502), observed(HEALTH, {"timestamp": "2026-02-24T20:30"})],
         FAIL, "20:00 to 22:00 there"),
        (g1, [clock(0)], NOT_APPLICABLE, "approving does not send here"),
    ],
)  # fmt: skip
def test_send_hours(base: Any, answers: list[Evidence], outcome: Outcome, said: str) -> None:
    """The review window by the server's own clock, as far as that shows."""
    found = ruled("cycle.send-hours", base(), *answers)
    assert (found.outcome, said in found.observed) == (outcome, True), found.observed
